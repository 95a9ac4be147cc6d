#pragma once

#include <memory>

#include "decoding/scorer.h"

namespace sotto::decoding {

class TransformerLmImpl;

/// A Transformer language model as a scorer: one step a token, over cached keys and values.
class LmScorer : public Scorer {
 public:
  explicit LmScorer(std::shared_ptr<TransformerLmImpl> model);
  ~LmScorer() override;

  void start(const std::vector<SearchInput>& clips) override;
  at::Tensor score(const Prefixes& prefixes) override;
  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) override;

 private:
  struct State;
  std::shared_ptr<TransformerLmImpl> model_;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::decoding
