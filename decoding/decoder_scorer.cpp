#include "decoding/decoder_scorer.h"

#include <ATen/ATen.h>

#include "decoding/transformer_decoder.h"

namespace sotto::decoding {

struct DecoderScorer::State {
  std::vector<TransformerDecoderImpl::Memory> clips;
  std::vector<size_t> clip_of;  // of each running hypothesis
  TransformerDecoderImpl::Cache cache;
  at::Device device = at::kCPU;  // of the memories
};

DecoderScorer::DecoderScorer(std::shared_ptr<TransformerDecoderImpl> decoder)
    : decoder_(std::move(decoder)) {}

DecoderScorer::~DecoderScorer() = default;

void DecoderScorer::start(const std::vector<SearchInput>& clips) {
  TORCH_CHECK(!clips.empty(), "DecoderScorer: expected clips, got none");
  state_ = std::make_unique<State>();
  for (const SearchInput& clip : clips) {
    TORCH_CHECK(
        clip.memory.defined() && clip.memory.dim() == 3 && clip.memory.size(0) == 1,
        "DecoderScorer: expected memory (1,T,D)");
    state_->device = clip.memory.device();
    state_->clip_of.push_back(state_->clips.size());
    state_->clips.push_back(decoder_->project(clip.memory));
  }
}

at::Tensor DecoderScorer::score(const Prefixes& prefixes) {
  std::vector<const TransformerDecoderImpl::Memory*> memories;
  for (const size_t clip : state_->clip_of) {
    memories.push_back(&state_->clips[clip]);
  }
  return decoder_->step(memories, state_->cache, newest_tokens(prefixes, state_->device));
}

void DecoderScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& /*tokens*/) {
  state_->cache.select(parents);
  std::vector<size_t> clip_of;
  for (const int64_t parent : parents) {
    clip_of.push_back(state_->clip_of[static_cast<size_t>(parent)]);
  }
  state_->clip_of = std::move(clip_of);
}

}  // namespace sotto::decoding
