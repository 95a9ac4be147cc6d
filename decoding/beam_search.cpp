#include "decoding/beam_search.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/clip_search.h"

namespace sotto::decoding {

BeamSearch::BeamSearch(
    const SearchOptions& options, int64_t vocabulary_size, std::vector<WeightedScorer> scorers)
    : options_(options), V_(vocabulary_size), scorers_(std::move(scorers)) {
  scorers_.erase(
      std::remove_if(
          scorers_.begin(),
          scorers_.end(),
          [](const WeightedScorer& scorer) { return scorer.weight == 0; }),
      scorers_.end());
  if (scorers_.empty() && options_.ctc_weight == 0) {
    throw ConfigError("beam search: expected a decoder or a ctc_weight above 0, got neither");
  }
}

void BeamSearch::check(const SearchInput& input) const {
  if (options_.ctc_weight > 0 && !input.emission.defined()) {
    throw ConfigError("beam search: ctc_weight is above 0 but the model has no CTC head");
  }
  if (input.emission.defined()) {
    TORCH_CHECK(
        input.emission.dim() == 2 && input.emission.size(1) == V_,
        "beam search: expected emission (T,",
        V_,
        "), got ",
        input.emission.sizes());
  }
}

std::vector<at::Tensor> BeamSearch::propose(const Prefixes& running) const {
  std::vector<at::Tensor> proposed;
  for (const WeightedScorer& scorer : scorers_) {
    proposed.push_back(
        scorer.scorer->score(running).detach().to(at::kCPU, at::kFloat).contiguous());
    const at::Tensor& scores = proposed.back();
    TORCH_CHECK(
        scores.dim() == 2 && scores.size(0) == static_cast<int64_t>(running.size()) &&
            scores.size(1) == V_,
        "beam search: expected scores (",
        running.size(),
        ", ",
        V_,
        ") of ",
        scorer.name,
        ", got ",
        scores.sizes());
  }
  return proposed;
}

std::vector<std::vector<Hypothesis>> BeamSearch::search(
    const std::vector<SearchInput>& inputs) const {
  std::vector<ClipSearch> clips;
  for (const SearchInput& input : inputs) {
    check(input);
    clips.emplace_back(options_, V_, scorers_, input);
  }
  // A clip without frames has nothing to start.
  std::vector<SearchInput> started;
  Prefixes running;
  for (size_t c = 0; c < clips.size(); ++c) {
    if (!clips[c].is_done()) {
      started.push_back(inputs[c]);
      running.insert(running.end(), clips[c].running().begin(), clips[c].running().end());
    }
  }
  if (!started.empty()) {
    for (const WeightedScorer& scorer : scorers_) {
      scorer.scorer->start(started);
    }
  }
  while (!running.empty()) {
    const std::vector<at::Tensor> proposed = propose(running);
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    running.clear();
    int64_t offset = 0;  // of the clip's hypotheses among all
    for (ClipSearch& clip : clips) {
      if (clip.is_done()) {
        continue;
      }
      std::vector<const float*> scores;
      for (const at::Tensor& all : proposed) {
        scores.push_back(all.data_ptr<float>() + offset * V_);
      }
      const auto before = static_cast<int64_t>(clip.running().size());
      const Kept kept = clip.step(scores);
      for (const int64_t parent : kept.parents) {
        parents.push_back(offset + parent);
      }
      tokens.insert(tokens.end(), kept.tokens.begin(), kept.tokens.end());
      running.insert(running.end(), clip.running().begin(), clip.running().end());
      offset += before;
    }
    if (!running.empty()) {
      for (const WeightedScorer& scorer : scorers_) {
        scorer.scorer->select(parents, tokens);
      }
    }
  }
  std::vector<std::vector<Hypothesis>> readings;
  for (ClipSearch& clip : clips) {
    readings.push_back(clip.readings());
  }
  return readings;
}

std::vector<Hypothesis> BeamSearch::search(const SearchInput& input) const {
  return search(std::vector<SearchInput>{input}).front();
}

}  // namespace sotto::decoding
