#include "decoding/beam.h"

#include "common/kernels/vector.h"
#include "decoding/top_k.h"

namespace sotto::decoding {

Beam first_beam(int64_t sos, size_t scorers) {
  return {{{sos}}, {0.0F}, {std::vector<float>(scorers, 0.0F)}};
}

std::vector<float> merge(const std::vector<ScoreTable>& tables, const Beam& beam, int64_t V) {
  std::vector<float> merged(beam.size() * V, 0.0F);
  for (const ScoreTable& table : tables) {
    vector_kernels().add_scaled(
        table.scores, static_cast<int64_t>(merged.size()), table.weight, merged.data());
  }
  for (int64_t i = 0; i < beam.size(); ++i) {
    for (int64_t j = i * V; j < (i + 1) * V; ++j) {
      merged[j] += beam.scores[i];
    }
  }
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
