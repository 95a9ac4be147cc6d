#include "decoding/clip_search.h"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>

#include "decoding/end_detection.h"
#include "decoding/top_k.h"

namespace sotto::decoding {
namespace {

constexpr const char* kDecoder = "decoder";
constexpr const char* kCtc = "ctc";

int64_t frame_count(const SearchInput& input) {
  return input.emission.defined() ? input.emission.size(0) : input.memory.size(1);
}

int64_t length_limit(int64_t frames, double ratio) {
  if (ratio == 0) {
    return frames;
  }
  if (ratio < 0) {
    return std::max<int64_t>(1, -static_cast<int64_t>(ratio));
  }
  return std::max<int64_t>(1, static_cast<int64_t>(ratio * static_cast<double>(frames)));
}

bool is_better(const Hypothesis& a, const Hypothesis& b) {
  return a.score > b.score;
}

}  // namespace

ClipSearch::ClipSearch(
    const SearchOptions& options,
    int64_t V,
    const std::vector<WeightedScorer>& scorers,
    const SearchInput& input)
    : options_(options), V_(V), scorers_(scorers) {
  const int64_t frames = frame_count(input);
  limit_ = frames == 0 ? 0 : length_limit(frames, options.max_length_ratio);
  for (const WeightedScorer& scorer : scorers_) {
    tables_.push_back({static_cast<float>(scorer.weight), nullptr});
    most_gained_ += std::max(0.0, scorer.weight * scorer.scorer->largest_score());
  }
  if (options.ctc_weight > 0 && limit_ > 0) {
    ctc_.emplace(input.emission);
    tables_.push_back({static_cast<float>(options.ctc_weight), nullptr});
  }
  if (limit_ > 0) {
    running_ = first_beam(V - 1, tables_.size());
  }
}

/// The decoder's best tokens for each hypothesis; nothing where CTC has to score all tokens.
std::vector<std::vector<int64_t>> ClipSearch::pre_beam() const {
  const auto decoder =
      std::find_if(scorers_.begin(), scorers_.end(), [](const WeightedScorer& scorer) {
        return scorer.name == kDecoder;
      });
  const auto kept =
      static_cast<int64_t>(options_.pre_beam_ratio * static_cast<double>(options_.beam));
  if (decoder == scorers_.end() || kept < 1 || kept >= V_) {
    return {};
  }
  const float* scores = tables_[decoder - scorers_.begin()].scores;
  std::vector<std::vector<int64_t>> candidates(static_cast<size_t>(running_.size()));
  const int64_t grain = std::max<int64_t>(1, kWorthAThread / V_);
  at::parallel_for(0, running_.size(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      candidates[static_cast<size_t>(i)] = top_k(scores + i * V_, V_, kept);
    }
  });
  return candidates;
}

Kept ClipSearch::step(const std::vector<const float*>& scores) {
  for (size_t k = 0; k < scorers_.size(); ++k) {
    tables_[k].scores = scores[k];
  }
  if (ctc_) {
    ctc_->score(pre_beam(), ctc_scores_);
    tables_.back().scores = ctc_scores_.data();
  }
  Kept kept = store(prune(merge(tables_, running_, V_), V_, options_.beam));
  const bool detected =
      options_.end_detect && options_.max_length_ratio == 0 && end_detected(ended_, step_);
  ++step_;
  if (detected || step_ == limit_ || can_stop()) {
    running_ = {};
    return {};
  }
  if (ctc_ && !is_done()) {
    ctc_->select(kept.parents, kept.tokens);
  }
  return kept;
}

/// Moves finished extensions to the ended ones; the others run on.
Kept ClipSearch::store(const std::vector<Extension>& extensions) {
  const bool at_limit = step_ + 1 == limit_;
  Beam next;
  Kept kept;
  for (const Extension& extension : extensions) {
    std::vector<int64_t> prefix = running_.prefixes[extension.parent];
    prefix.push_back(extension.token);
    if (at_limit) {
      prefix.push_back(V_ - 1);
    }
    std::vector<float> parts = extended_parts(tables_, running_, extension, V_);
    if (prefix.back() == V_ - 1) {
      ended_.push_back(finished(std::move(prefix), extension.score, parts));
      continue;
    }
    next.prefixes.push_back(std::move(prefix));
    next.scores.push_back(extension.score);
    next.parts.push_back(std::move(parts));
    kept.parents.push_back(extension.parent);
    kept.tokens.push_back(extension.token);
  }
  running_ = std::move(next);
  return kept;
}

/// Whether no running hypothesis can end among the readings that are asked for: log-probabilities
/// only lower a score, and what else is added is bounded.
bool ClipSearch::can_stop() const {
  const auto wanted = static_cast<size_t>(options_.nbest);
  if (!options_.early_stop || options_.length_norm != 0 || ended_.size() < wanted) {
    return false;
  }
  std::vector<double> scores;
  for (const Hypothesis& hypothesis : ended_) {
    scores.push_back(hypothesis.score);
  }
  std::nth_element(
      scores.begin(), scores.begin() + options_.nbest - 1, scores.end(), std::greater<>());
  const double last_wanted = scores[wanted - 1];
  constexpr double kRounding = 1e-3;
  const double gain = most_gained_ * static_cast<double>(limit_ - step_) + kRounding;
  return std::all_of(running_.scores.begin(), running_.scores.end(), [&](float score) {
    return score + gain < last_wanted;
  });
}

Hypothesis ClipSearch::finished(
    std::vector<int64_t> tokens, float score, const std::vector<float>& parts) const {
  Hypothesis hypothesis;
  hypothesis.ends = tokens.size() > 2 && tokens[tokens.size() - 2] == V_ - 1 ? 2 : 1;
  hypothesis.tokens = std::move(tokens);
  hypothesis.score = score;
  for (size_t k = 0; k < parts.size(); ++k) {
    hypothesis.parts[k < scorers_.size() ? scorers_[k].name : kCtc] = parts[k];
  }
  return hypothesis;
}

std::vector<Hypothesis> ClipSearch::readings() {
  if (options_.length_norm != 0) {
    for (Hypothesis& hypothesis : ended_) {  // sos is not scored, eos is
      hypothesis.score /=
          std::pow(static_cast<double>(hypothesis.tokens.size() - 1), options_.length_norm);
    }
  }
  std::stable_sort(ended_.begin(), ended_.end(), is_better);
  if (static_cast<int64_t>(ended_.size()) > options_.nbest) {
    ended_.resize(static_cast<size_t>(options_.nbest));
  }
  return std::move(ended_);
}

}  // namespace sotto::decoding
