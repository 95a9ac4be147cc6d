#pragma once

#include <cstdint>
#include <vector>

#include "decoding/scorer.h"

namespace sotto::decoding {

/// The running hypotheses of a search; `parts` holds unweighted sums by scorer.
struct Beam {
  Prefixes prefixes;
  std::vector<float> scores;
  std::vector<std::vector<float>> parts;

  int64_t size() const { return static_cast<int64_t>(prefixes.size()); }
};

/// One running hypothesis with one more token.
struct Extension {
  int64_t parent;
  int64_t token;
  float score;
};

/// Scores that are worth the waking of a thread.
inline constexpr int64_t kWorthAThread = 32768;

/// One scorer's weight and its scores (n,V) of all extensions, row by row, which lie elsewhere.
struct ScoreTable {
  float weight = 0;
  const float* scores = nullptr;
};

/// A beam of one hypothesis, [sos].
Beam first_beam(int64_t sos, size_t scorers);

/// The score of every extension (n,V): the weighted scores summed in the order of the tables, then
/// the hypothesis' own. Float32 in this order, as the ESPnet family sums.
std::vector<float> merge(const std::vector<ScoreTable>& tables, const Beam& beam, int64_t V);

/// The `width` best extensions, best first; all of them where there are fewer.
std::vector<Extension> prune(const std::vector<float>& merged, int64_t V, int64_t width);

/// The unweighted sums by scorer of an extension.
std::vector<float> extended_parts(
    const std::vector<ScoreTable>& tables, const Beam& beam, const Extension& extension, int64_t V);

}  // namespace sotto::decoding
