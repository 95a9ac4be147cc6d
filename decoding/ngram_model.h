#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sotto::decoding {

/// A back-off n-gram language model (Katz 1987) as ARPA files hold them: the probability of a word
/// after a context is that of the longest n-gram that the model has, times the back-off weights of
/// the contexts that were too long. All numbers are log10, as in the files.
///
/// A trie that begins with the oldest word: the n-grams that go on from a context lie side by side,
/// sorted by word, 16 bytes each.
class NgramModel {
 public:
  using Word = uint32_t;
  /// The words before, the newest last; more than order() - 1 of them do no harm.
  using Context = std::vector<Word>;

  /// log10 p of a word that the model does not know, where it has no `<unk>`.
  static constexpr float kUnknownLog10 = -10;

  size_t order() const { return levels_.size(); }
  /// How many n-grams of a length 1 to order() there are.
  size_t count(size_t length) const { return levels_[length - 1].size() - 1; }

  /// `<s>`, `</s>` and `<unk>` included.
  const std::vector<std::string>& words() const { return words_; }
  /// The word of this name; unknown() where there is none.
  Word word(std::string_view name) const;
  Word begin() const { return begin_; }
  Word end() const { return end_; }
  Word unknown() const { return unknown_; }
  /// Whether the file gave `<unk>` a probability; otherwise it has kUnknownLog10.
  bool has_unknown() const { return has_unknown_; }

  /// The context of a sentence's first word.
  Context first_context() const { return {begin_}; }
  /// Adds a word and forgets what is too old to matter.
  void append(Context& context, Word word) const;

  /// log10 p(word | context).
  double log10_probability(const Context& context, Word word) const;
  /// The same for every word of words(), by one walk over the model.
  std::vector<float> log10_probabilities(const Context& context) const;
  /// log10 p of a whole sentence, its end included.
  double sentence_log10_probability(const std::vector<Word>& sentence) const;

  /// An n-gram on its way into the model.
  struct Ngram {
    size_t context;  ///< what stands before the last word: number among those one shorter
    Word word;
    float log10;
    float backoff;  ///< log10; 0 where there is none
    size_t line;    ///< for messages
  };

  /// Adds a word and its unigram. False if the word is there already.
  bool add_word(std::string_view name, float log10, float backoff);
  /// Closes the unigrams: finds the special words, adds `<unk>` where it is missing.
  /// @return the name of the special word that is missing; empty if none is.
  std::string close_words();
  /// Adds all n-grams of the next length.
  /// @return two that are the same, if there are such.
  std::optional<std::pair<Ngram, Ngram>> add_level(std::vector<Ngram> ngrams);
  /// The number of an n-gram among those of its length.
  std::optional<size_t> find(const Word* ngram, size_t length) const;

 private:
  struct Node {
    Word word;
    float log10;
    float backoff;
    uint32_t children;  // the first among the n-grams one longer; the last stands before the next's
  };

  std::vector<std::string> words_;
  std::unordered_map<std::string, Word> ids_;
  /// The n-grams of each length, and one more that closes the last one's children.
  std::vector<std::vector<Node>> levels_;
  Word begin_ = 0;
  Word end_ = 0;
  Word unknown_ = 0;
  bool has_unknown_ = false;
};

}  // namespace sotto::decoding
