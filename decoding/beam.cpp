#include "decoding/beam.h"

#include <algorithm>

#include <ATen/Parallel.h>

#include "common/kernels/vector.h"
#include "decoding/top_k.h"

namespace sotto::decoding {

Beam first_beam(int64_t sos, size_t scorers) {
  return {{{sos}}, {0.0F}, {std::vector<float>(scorers, 0.0F)}};
}

std::vector<float> merge(const std::vector<ScoreTable>& tables, const Beam& beam, int64_t V) {
  std::vector<float> merged(beam.size() * V, 0.0F);
  const int64_t grain = std::max<int64_t>(1, kWorthAThread / V);
  at::parallel_for(0, beam.size(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float* row = merged.data() + i * V;
      for (const ScoreTable& table : tables) {
        vector_kernels().add_scaled(table.scores + i * V, V, table.weight, row);
      }
      for (int64_t j = 0; j < V; ++j) {
        row[j] += beam.scores[i];
      }
    }
  });
  return merged;
}

std::vector<Extension> prune(const std::vector<float>& merged, int64_t V, int64_t width) {
  std::vector<Extension> kept;
  for (const int64_t j : top_k(merged.data(), static_cast<int64_t>(merged.size()), width)) {
    kept.push_back({j / V, j % V, merged[j]});
  }
  return kept;
}

std::vector<float> extended_parts(
    const std::vector<ScoreTable>& tables,
    const Beam& beam,
    const Extension& extension,
    int64_t V) {
  std::vector<float> parts = beam.parts[extension.parent];
  for (size_t k = 0; k < parts.size(); ++k) {
    parts[k] += tables[k].scores[extension.parent * V + extension.token];
  }
  return parts;
}

}  // namespace sotto::decoding
