#pragma once

#include <memory>
#include <string>
#include <vector>

#include "decoding/ngram_model.h"
#include "decoding/scorer.h"

namespace sotto::decoding {

/// An n-gram model whose words are the recogniser's own tokens, such as word pieces or characters:
/// ln p(token | tokens before). Tokens that it lacks are its `<unk>`; the last one is its `</s>`.
class NgramTokenScorer : public Scorer {
 public:
  /// @param tokens  the vocabulary, `<blank>` first and the end of sentence last
  NgramTokenScorer(std::shared_ptr<const NgramModel> model, const std::vector<std::string>& tokens);

  void start(const std::vector<SearchInput>& clips) override;
  at::Tensor score(const Prefixes& prefixes) override;
  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) override;

 private:
  std::shared_ptr<const NgramModel> model_;
  std::vector<NgramModel::Word> words_;        // of each token
  std::vector<NgramModel::Context> contexts_;  // of each running hypothesis
};

}  // namespace sotto::decoding
