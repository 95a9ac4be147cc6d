#include "decoding/beam_search.h"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/beam.h"
#include "decoding/ctc_prefix_scorer.h"
#include "decoding/end_detection.h"
#include "decoding/top_k.h"

namespace sotto::decoding {
namespace {

constexpr const char* kDecoder = "decoder";
constexpr const char* kCtc = "ctc";

/// The search of one clip.
class Search {
 public:
  Search(
      const SearchOptions& options,
      int64_t V,
      const std::vector<WeightedScorer>& scorers,
      const SearchInput& input)
      : options_(options), V_(V), scorers_(scorers) {
    for (const WeightedScorer& scorer : scorers_) {
      scorer.scorer->start(input);
      tables_.push_back({static_cast<float>(scorer.weight), {}});
    }
    if (options.ctc_weight > 0) {
      ctc_.emplace(input.emission);
      tables_.push_back({static_cast<float>(options.ctc_weight), {}});
    }
    running_ = first_beam(V - 1, tables_.size());
  }

  std::vector<Hypothesis> run(int64_t limit) {
    for (int64_t step = 0; step < limit && running_.size() > 0; ++step) {
      propose();
      store(prune(merge(tables_, running_, V_), V_, options_.beam), step + 1 == limit);
      if (options_.end_detect && options_.max_length_ratio == 0 && end_detected(ended_, step)) {
        break;
      }
    }
    std::stable_sort(ended_.begin(), ended_.end(), [](const Hypothesis& a, const Hypothesis& b) {
      return a.score > b.score;
    });
    if (static_cast<int64_t>(ended_.size()) > options_.nbest) {
      ended_.resize(options_.nbest);
    }
    return std::move(ended_);
  }

 private:
  /// Every scorer scores all extensions of the running hypotheses.
  void propose() {
    for (size_t k = 0; k < scorers_.size(); ++k) {
      const at::Tensor scores = scorers_[k]
                                    .scorer->score(running_.prefixes)
                                    .detach()
                                    .to(at::kCPU, at::kFloat)
                                    .contiguous();
      TORCH_CHECK(
          scores.dim() == 2 && scores.size(0) == running_.size() && scores.size(1) == V_,
          "beam search: expected scores (",
          running_.size(),
          ", ",
          V_,
          ") of ",
          scorers_[k].name,
          ", got ",
          scores.sizes());
      const float* values = scores.data_ptr<float>();
      tables_[k].scores.assign(values, values + scores.numel());
    }
    if (ctc_) {
      ctc_->score(pre_beam(), tables_.back().scores);
    }
  }

  /// The decoder's best tokens for each hypothesis; nothing where CTC has to score all tokens.
  std::vector<std::vector<int64_t>> pre_beam() const {
    const auto decoder =
        std::find_if(scorers_.begin(), scorers_.end(), [](const WeightedScorer& scorer) {
          return scorer.name == kDecoder;
        });
    const auto kept =
        static_cast<int64_t>(options_.pre_beam_ratio * static_cast<double>(options_.beam));
    if (decoder == scorers_.end() || kept < 1 || kept >= V_) {
      return {};
    }
    const std::vector<float>& scores = tables_[decoder - scorers_.begin()].scores;
    std::vector<std::vector<int64_t>> candidates;
    for (int64_t i = 0; i < running_.size(); ++i) {
      candidates.push_back(top_k(scores.data() + i * V_, V_, kept));
    }
    return candidates;
  }

  /// Moves finished extensions to the ended ones; the others run on.
  void store(const std::vector<Extension>& kept, bool at_limit) {
    Beam next;
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    for (const Extension& extension : kept) {
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
      parents.push_back(extension.parent);
      tokens.push_back(extension.token);
    }
    running_ = std::move(next);
    if (running_.size() > 0) {
      select(parents, tokens);
    }
  }

  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
    for (const WeightedScorer& scorer : scorers_) {
      scorer.scorer->select(parents, tokens);
    }
    if (ctc_) {
      ctc_->select(parents, tokens);
    }
  }

  Hypothesis finished(
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

  const SearchOptions& options_;
  int64_t V_;
  const std::vector<WeightedScorer>& scorers_;
  std::optional<CtcPrefixScorer> ctc_;
  Beam running_;
  std::vector<ScoreTable> tables_;  // of this step: one a scorer, then CTC
  std::vector<Hypothesis> ended_;
};

int64_t frame_count(const SearchInput& input) {
  return input.emission.defined() ? input.emission.size(0) : input.memory.size(1);
}

int64_t length_limit(int64_t frames, double ratio) {
  if (ratio == 0) {
    return frames;
  }
  if (ratio < 0) {
    return -static_cast<int64_t>(ratio);
  }
  return std::max<int64_t>(1, static_cast<int64_t>(ratio * static_cast<double>(frames)));
}

}  // namespace

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

std::vector<Hypothesis> BeamSearch::search(const SearchInput& input) const {
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
  const int64_t frames = frame_count(input);
  if (frames == 0) {
    return {};
  }
  return Search(options_, V_, scorers_, input).run(length_limit(frames, options_.max_length_ratio));
}

}  // namespace sotto::decoding
