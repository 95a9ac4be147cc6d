#include "decoding/transcript_words.h"

#include <algorithm>
#include <string_view>

#include "common/error.h"
#include "datasets/text/utf8.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

/// Collects the characters of words and when they were said.
class WordBuilder {
 public:
  /// @param begin, end  in frames.
  void add(std::string_view character, double begin, double end, const TokenSpan& span) {
    if (text_.empty()) {
      begin_ = begin;
      posterior_sum_ = 0;
      frames_ = 0;
      counted_ = nullptr;
    }
    text_ += character;
    end_ = end;
    if (counted_ != &span) {
      const auto frames = static_cast<double>(span.last_frame - span.first_frame + 1);
      posterior_sum_ += span.posterior * frames;
      frames_ += frames;
      counted_ = &span;
    }
  }

  void finish() {
    if (!text_.empty()) {
      words_.push_back(
          {text_, begin_ / kFramesPerSecond, end_ / kFramesPerSecond, posterior_sum_ / frames_});
    }
    text_.clear();
  }

  /// Of the word that is being built among all.
  int64_t place() const { return static_cast<int64_t>(words_.size()); }

  std::vector<Word> take() {
    finish();
    return std::move(words_);
  }

 private:
  std::vector<Word> words_;
  std::string text_;
  double begin_ = 0;
  double end_ = 0;
  double posterior_sum_ = 0;
  double frames_ = 0;
  const TokenSpan* counted_ = nullptr;  // the token that was last added to the sums
};

/// Adds what one token contributes. Characters that are words by themselves share its frames.
/// @return the place of the first word that it adds to; -1: none
int64_t add_piece(const std::string& piece, const TokenSpan& span, WordBuilder& builder) {
  const std::vector<std::string> characters = datasets::utf8_characters(piece);
  const auto first = static_cast<double>(span.first_frame);
  const auto frames = static_cast<double>(span.last_frame - span.first_frame + 1);
  const auto blanks = std::count(characters.begin(), characters.end(), " ");
  const double share = frames / static_cast<double>(characters.size() - static_cast<size_t>(blanks));
  double place = 0;
  int64_t word = -1;
  for (const std::string& character : characters) {
    if (character == " ") {
      builder.finish();
      continue;
    }
    const bool alone = is_unspaced(character);
    const double begin = alone ? first + share * place : first;
    ++place;
    if (alone) {
      builder.finish();
    }
    word = word < 0 ? builder.place() : word;
    builder.add(character, begin, begin + (alone ? share : frames), span);
    if (alone) {
      builder.finish();
    }
  }
  return word;
}

void check_lengths(const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans) {
  if (pieces.size() != spans.size()) {
    throw Error(
        "word times: expected a span for each of " + std::to_string(pieces.size()) +
        " tokens, got " + std::to_string(spans.size()));
  }
}

}  // namespace

std::vector<Word> word_times(
    const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans) {
  check_lengths(pieces, spans);
  WordBuilder builder;
  for (size_t i = 0; i < pieces.size(); ++i) {
    add_piece(pieces[i], spans[i], builder);
  }
  return builder.take();
}

std::vector<TokenTime> token_times(
    const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans) {
  check_lengths(pieces, spans);
  WordBuilder builder;
  std::vector<TokenTime> times;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const int64_t word = add_piece(pieces[i], spans[i], builder);
    times.push_back(
        {spans[i].token, pieces[i], static_cast<double>(spans[i].first_frame) / kFramesPerSecond,
         static_cast<double>(spans[i].last_frame + 1) / kFramesPerSecond, word});
  }
  return times;
}

}  // namespace sotto::decoding
