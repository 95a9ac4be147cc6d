#pragma once

#include <memory>
#include <string>
#include <vector>

#include "decoding/ngram_model.h"
#include "decoding/scorer.h"

namespace sotto::decoding {

/// An n-gram model of words beside a recogniser of characters or word pieces: a word is scored, all
/// at once, by the token with which it ends, which is the one that begins the next word or ends the
/// sentence; other tokens score 0. Words that the model lacks are its `<unk>`. Without look-ahead:
/// a beam has to be wide enough to keep a likely word until it ends.
class NgramWordScorer : public Scorer {
 public:
  /// @param pieces  what each token adds to a text, with blanks between words: "the", " the", " ";
  ///                nothing for blank and, the last one, the end of sentence
  NgramWordScorer(std::shared_ptr<const NgramModel> model, const std::vector<std::string>& pieces);

  void start(const std::vector<SearchInput>& clips) override;
  at::Tensor score(const Prefixes& prefixes) override;
  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) override;

 private:
  /// What a hypothesis has said.
  struct Said {
    NgramModel::Context context;  ///< words that ended
    std::string word;             ///< the one that has not
  };

  /// Ends the word, if there is one. @return its log10 p.
  double end_word(Said& said) const;
  /// Adds a token's piece. @return log10 p of the words that end with it.
  double append(Said& said, int64_t token) const;

  std::shared_ptr<const NgramModel> model_;
  /// Each token's piece, cut at blanks: a word ends between two parts.
  std::vector<std::vector<std::string>> parts_;
  std::vector<Said> said_;  // by each running hypothesis
};

}  // namespace sotto::decoding
