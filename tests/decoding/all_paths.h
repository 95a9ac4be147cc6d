#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include <ATen/ATen.h>

namespace sotto::tests {

/// Probability of every labelling, by adding up all paths: all ways to give each frame one of the
/// first `classes` classes, 0 being the blank.
inline std::map<std::vector<int64_t>, double> sums_of_all_paths(
    const at::Tensor& emission, int64_t classes) {
  const auto values = emission.accessor<float, 2>();
  std::map<std::vector<int64_t>, double> sums;
  std::vector<int64_t> labels;
  const std::function<void(int64_t, int64_t, double)> visit =
      [&](int64_t t, int64_t last, double p) {
        if (t == emission.size(0)) {
          sums[labels] += p;
          return;
        }
        for (int64_t k = 0; k < classes; ++k) {
          const bool adds = k != 0 && k != last;
          if (adds) {
            labels.push_back(k);
          }
          visit(t + 1, k, p * std::exp(static_cast<double>(values[t][k])));
          if (adds) {
            labels.pop_back();
          }
        }
      };
  visit(0, 0, 1.0);
  return sums;
}

}  // namespace sotto::tests
