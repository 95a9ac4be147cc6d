#include "experiments/ngram_vocabulary.h"

#include <algorithm>
#include <unordered_set>

#include "common/error.h"
#include "datasets/text/special_tokens.h"

namespace sotto::experiments {
namespace {

constexpr size_t kMostWords = 10'000;  // looked at: enough for a share

/// What a recogniser can write.
class Speller {
 public:
  explicit Speller(const datasets::Tokenizer& tokenizer) {
    for (int64_t id = 1; id < tokenizer.eos(); ++id) {
      const std::string& token = tokenizer.token(id);
      if (token == datasets::kUnknownToken) {
        continue;
      }
      tokens_.insert(token);
      std::string piece = tokenizer.piece(id);
      longest_ = std::max(longest_, piece.size());
      if (tokenizer.starts_word(id)) {
        firsts_.insert(piece.substr(1));
      } else {
        others_.insert(std::move(piece));
      }
    }
  }

  bool is_token(const std::string& word) const { return tokens_.count(word) != 0; }
  bool starts_word(const std::string& token) const {
    return token == datasets::kSpaceToken || token.rfind(datasets::kWordMark, 0) == 0;
  }
  bool parts_words() const { return !firsts_.empty(); }

  /// Whether tokens give the word: one that begins words or only a blank, then others.
  bool spells(const std::string& word) const {
    std::vector<bool> reached(word.size() + 1, false);
    reached[0] = firsts_.count("") != 0;
    for (size_t end = 1; end <= word.size(); ++end) {
      for (size_t begin = end - std::min(end, longest_); begin < end && !reached[end]; ++begin) {
        const std::string part = word.substr(begin, end - begin);
        reached[end] = (reached[begin] && others_.count(part) != 0) ||
                       (begin == 0 && firsts_.count(part) != 0);
      }
    }
    return reached[word.size()];
  }

 private:
  std::unordered_set<std::string> tokens_;
  std::unordered_set<std::string> firsts_;  // pieces that begin words, without the blank
  std::unordered_set<std::string> others_;
  size_t longest_ = 0;
};

}  // namespace

NgramAgreement agreement_of(
    const decoding::NgramModel& ngrams,
    const std::string& path,
    const datasets::Tokenizer& tokenizer,
    const std::string& model) {
  const Speller speller(tokenizer);
  NgramAgreement agreement;
  bool starts_words = false;
  const size_t stride = ngrams.words().size() / kMostWords + 1;
  for (size_t i = 0; i < ngrams.words().size(); ++i) {
    const bool special = i == ngrams.begin() || i == ngrams.end() || i == ngrams.unknown();
    const std::string& word = ngrams.words()[i];
    const bool token = !special && speller.is_token(word);
    starts_words = starts_words || (token && speller.starts_word(word));
    if (special || i % stride != 0) {
      continue;
    }
    ++agreement.words;
    agreement.tokens += token ? 1 : 0;
    agreement.spelled += speller.parts_words() && speller.spells(word) ? 1 : 0;
  }
  const bool only_tokens = agreement.tokens == agreement.words;
  const bool mostly_spelled = 2 * agreement.spelled >= agreement.words;
  if (agreement.words > 0) {
    if (only_tokens && (starts_words || !speller.parts_words())) {
      agreement.kind = NgramWords::kTokens;
      return agreement;
    }
    if (mostly_spelled) {
      agreement.kind = NgramWords::kTexts;
      return agreement;
    }
    if (10 * agreement.tokens >= 9 * agreement.words) {
      agreement.kind = NgramWords::kTokens;
      return agreement;
    }
  }
  throw ConfigError(
      path + ": expected words that the model " + model + " writes, or its tokens; of " +
      std::to_string(agreement.words) + " words " + std::to_string(agreement.spelled) +
      " can be spelled with its tokens and " + std::to_string(agreement.tokens) +
      " are tokens; train it on texts written as the model writes them");
}

}  // namespace sotto::experiments
