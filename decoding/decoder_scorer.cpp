#include "decoding/decoder_scorer.h"

#include <ATen/ATen.h>

#include "decoding/transformer_decoder.h"

namespace sotto::decoding {

struct DecoderScorer::State {
  TransformerDecoderImpl::Memory memory;
  TransformerDecoderImpl::Cache cache;
  at::Device device;
};

DecoderScorer::DecoderScorer(std::shared_ptr<TransformerDecoderImpl> decoder)
    : decoder_(std::move(decoder)) {}

DecoderScorer::~DecoderScorer() = default;

void DecoderScorer::start(const SearchInput& input) {
  TORCH_CHECK(
      input.memory.defined() && input.memory.dim() == 3 && input.memory.size(0) == 1,
      "DecoderScorer: expected memory (1,T,D)");
  state_ =
      std::make_unique<State>(State{decoder_->project(input.memory), {}, input.memory.device()});
}

at::Tensor DecoderScorer::score(const Prefixes& prefixes) {
  return decoder_->step(
      state_->memory, state_->cache, newest_tokens(prefixes, state_->device));
}

void DecoderScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& /*tokens*/) {
  state_->cache = state_->cache.select(at::tensor(parents, at::kLong).to(state_->device));
}

}  // namespace sotto::decoding
