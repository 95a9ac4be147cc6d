#include "decoding/lm_scorer.h"

#include <ATen/ATen.h>

#include "decoding/transformer_lm.h"

namespace sotto::decoding {

struct LmScorer::State {
  TransformerLmImpl::Cache cache;
};

LmScorer::LmScorer(std::shared_ptr<TransformerLmImpl> model) : model_(std::move(model)) {}

LmScorer::~LmScorer() = default;

void LmScorer::start(const std::vector<SearchInput>& /*clips*/) { state_ = std::make_unique<State>(); }

at::Tensor LmScorer::score(const Prefixes& prefixes) {
  return model_->step(
      state_->cache, newest_tokens(prefixes, model_->embed->weight.device()));
}

void LmScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& /*tokens*/) {
  state_->cache.select(parents);
}

}  // namespace sotto::decoding
