#include "decoding/beam_search.h"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/ctc_prefix_scorer.h"
#include "decoding/end_detection.h"
#include "decoding/top_k.h"

namespace sotto::decoding {
namespace {

constexpr const char* kDecoder = "decoder";
constexpr const char* kCtc = "ctc";

/// The running hypotheses; sums by scorer in the order of the scorers, CTC last.
struct Running {
  Prefixes prefixes;
  std::vector<float> scores;
  std::vector<std::vector<float>> parts;
  int64_t size() const { return static_cast<int64_t>(prefixes.size()); }
};

/// A kept extension of running hypothesis `parent`.
struct Extension {
  int64_t parent;
  int64_t token;
  float score;
};

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
    }
    if (options.ctc_weight > 0) {
      ctc_.emplace(input.emission);
    }
    scores_.resize(scorers_.size() + (ctc_ ? 1 : 0));
    running_.prefixes = {{V - 1}};
    running_.scores = {0.0F};
    running_.parts = {std::vector<float>(scores_.size(), 0.0F)};
  }

  std::vector<Hypothesis> run(int64_t limit) {
    for (int64_t step = 0; step < limit && running_.size() > 0; ++step) {
      propose();
      store(prune(merge()), step + 1 == limit);
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
  /// Every scorer scores all extensions: scores_[k] becomes (n,V), row by row.
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
      scores_[k].assign(scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
    }
    if (ctc_) {
      ctc_->score(pre_beam(), scores_.back());
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
    const std::vector<float>& scores = scores_[decoder - scorers_.begin()];
    std::vector<std::vector<int64_t>> candidates;
    for (int64_t i = 0; i < running_.size(); ++i) {
      candidates.push_back(top_k(scores.data() + i * V_, V_, kept));
    }
    return candidates;
  }

  /// The score of every extension (n,V): weighted scores in the scorers' order, CTC, the past.
  std::vector<float> merge() const {
    std::vector<float> total(running_.size() * V_, 0.0F);
    for (size_t k = 0; k < scores_.size(); ++k) {
      const auto weight =
          static_cast<float>(k < scorers_.size() ? scorers_[k].weight : options_.ctc_weight);
      for (size_t j = 0; j < total.size(); ++j) {
        total[j] += weight * scores_[k][j];
      }
    }
    for (int64_t i = 0; i < running_.size(); ++i) {
      for (int64_t j = i * V_; j < (i + 1) * V_; ++j) {
        total[j] += running_.scores[i];
      }
    }
    return total;
  }

  std::vector<Extension> prune(const std::vector<float>& total) const {
    std::vector<Extension> kept;
    for (const int64_t j : top_k(total.data(), static_cast<int64_t>(total.size()), options_.beam)) {
      kept.push_back({j / V_, j % V_, total[j]});
    }
    return kept;
  }

  /// Moves finished extensions to the ended ones; the others run on.
  void store(const std::vector<Extension>& kept, bool at_limit) {
    Running next;
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    for (const Extension& extension : kept) {
      std::vector<int64_t> prefix = running_.prefixes[extension.parent];
      prefix.push_back(extension.token);
      std::vector<float> parts = running_.parts[extension.parent];
      for (size_t k = 0; k < parts.size(); ++k) {
        parts[k] += scores_[k][extension.parent * V_ + extension.token];
      }
      if (at_limit) {
        prefix.push_back(V_ - 1);
      }
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
      std::vector<int64_t> tokens, float score, const std::vector<float>& sums) const {
    Hypothesis hypothesis;
    hypothesis.tokens = std::move(tokens);
    hypothesis.score = score;
    for (size_t k = 0; k < sums.size(); ++k) {
      hypothesis.parts[k < scorers_.size() ? scorers_[k].name : kCtc] = sums[k];
    }
    return hypothesis;
  }

  const SearchOptions& options_;
  int64_t V_;
  const std::vector<WeightedScorer>& scorers_;
  std::optional<CtcPrefixScorer> ctc_;
  Running running_;
  std::vector<std::vector<float>> scores_;  // by scorer, CTC last: this step's (n,V)
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

std::vector<int64_t> Hypothesis::labels() const {
  std::vector<int64_t> kept;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i] != tokens.front()) {  // sos and eos are one token
      kept.push_back(tokens[i]);
    }
  }
  return kept;
}

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
