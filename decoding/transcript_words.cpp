#include "decoding/transcript_words.h"

#include "common/error.h"

namespace sotto::decoding {
namespace {

/// Collects the letters of words and the frames they were said in.
class WordBuilder {
 public:
  void add(char letter, const TokenSpan& span) {
    if (text_.empty()) {
      first_ = span.first_frame;
      posterior_sum_ = 0;
      frames_ = 0;
      counted_ = nullptr;
    }
    text_ += letter;
    last_ = span.last_frame;
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
          {text_,
           static_cast<double>(first_) / kFramesPerSecond,
           static_cast<double>(last_ + 1) / kFramesPerSecond,
           posterior_sum_ / frames_});
    }
    text_.clear();
  }

  std::vector<Word> take() {
    finish();
    return std::move(words_);
  }

 private:
  std::vector<Word> words_;
  std::string text_;
  int64_t first_ = 0;
  int64_t last_ = 0;
  double posterior_sum_ = 0;
  double frames_ = 0;
  const TokenSpan* counted_ = nullptr;  // the token that was last added to the sums
};

}  // namespace

std::vector<Word> word_times(
    const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans) {
  if (pieces.size() != spans.size()) {
    throw Error(
        "word times: expected a span for each of " + std::to_string(pieces.size()) +
        " tokens, got " + std::to_string(spans.size()));
  }
  WordBuilder builder;
  for (size_t i = 0; i < pieces.size(); ++i) {
    for (const char letter : pieces[i]) {
      if (letter == ' ') {
        builder.finish();
      } else {
        builder.add(letter, spans[i]);
      }
    }
  }
  return builder.take();
}

}  // namespace sotto::decoding
