#include "decoding/ctc_prefix_search.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/ATen.h>

#include "decoding/ctc.h"
#include "decoding/top_k.h"

namespace sotto::decoding {
namespace {

double log_add(double a, double b) {
  const double high = std::max(a, b);
  return high == kImpossible ? kImpossible : high + std::log1p(std::exp(std::min(a, b) - high));
}

/// A labelling and the log-probability of its paths so far.
struct Prefix {
  std::vector<int64_t> labels;
  double in_blank = kImpossible;  ///< of paths that end in blank
  double in_label = kImpossible;  ///< of the others

  double score() const { return log_add(in_blank, in_label); }
};

/// The prefixes of the next frame, in the order in which they came up, so that equal scores keep it.
class NextPrefixes {
 public:
  Prefix& at(const std::vector<int64_t>& labels) {
    const auto [entry, added] = index_.emplace(labels, prefixes_.size());
    if (added) {
      prefixes_.push_back({labels});
    }
    return prefixes_[entry->second];
  }

  std::vector<Prefix> best(int64_t beam) {
    std::stable_sort(prefixes_.begin(), prefixes_.end(), [](const Prefix& a, const Prefix& b) {
      return a.score() > b.score();
    });
    prefixes_.resize(std::min(prefixes_.size(), static_cast<size_t>(beam)));
    while (!prefixes_.empty() && prefixes_.back().score() == kImpossible) {
      prefixes_.pop_back();
    }
    return std::move(prefixes_);
  }

 private:
  std::map<std::vector<int64_t>, size_t> index_;
  std::vector<Prefix> prefixes_;
};

void extend(NextPrefixes& next, const Prefix& prefix, int64_t label, double log_probability) {
  if (label == 0) {
    Prefix& same = next.at(prefix.labels);
    same.in_blank = log_add(same.in_blank, prefix.score() + log_probability);
    return;
  }
  const bool repeats = !prefix.labels.empty() && prefix.labels.back() == label;
  if (repeats) {
    // Without a blank between, the repeated class is the same label still.
    Prefix& same = next.at(prefix.labels);
    same.in_label = log_add(same.in_label, prefix.in_label + log_probability);
  }
  std::vector<int64_t> longer = prefix.labels;
  longer.push_back(label);
  Prefix& extended = next.at(longer);
  extended.in_label = log_add(
      extended.in_label, (repeats ? prefix.in_blank : prefix.score()) + log_probability);
}

}  // namespace

std::vector<Hypothesis> ctc_prefix_search(const at::Tensor& emission, int64_t beam) {
  const at::Tensor scores = emission.detach().to(at::kCPU, at::kFloat).contiguous();
  const int64_t V = scores.size(1);
  std::vector<Prefix> prefixes(1);
  prefixes.front().in_blank = 0;
  for (int64_t t = 0; t < scores.size(0); ++t) {
    const float* frame = scores.data_ptr<float>() + t * V;
    NextPrefixes next;
    for (const int64_t label : top_k(frame, V, std::min(beam, V))) {
      for (const Prefix& prefix : prefixes) {
        extend(next, prefix, label, frame[label]);
      }
    }
    prefixes = next.best(beam);
  }
  std::vector<Hypothesis> hypotheses;
  for (const Prefix& prefix : prefixes) {
    hypotheses.push_back(ctc_hypothesis(prefix.labels, V - 1, prefix.score()));
  }
  return hypotheses;
}

}  // namespace sotto::decoding
