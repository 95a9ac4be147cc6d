#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// What `sotto pack` makes of a store.
struct PackOptions {
  std::string store;
  std::string out;               ///< folder of the packed store
  std::vector<std::string> ids;  ///< only these; empty: all
  int64_t shard_mib = 1024;      ///< what a shard holds at most, one utterance at least
  int64_t jobs = 1;              ///< clips decoded at once
};

struct PackReport {
  int64_t utterances = 0;
  int64_t shards = 0;
  int64_t earlier = 0;  ///< shards of an earlier run that were kept
  int64_t bytes = 0;    ///< of all shard files
};

using PackProgress = std::function<void(int64_t utterances, int64_t total)>;

/// Packs a store: shards/NNNNN.safetensors, manifest.jsonl and store.json, which open as a Store.
/// Utterances keep the manifest's order. Each file appears whole; the manifest comes last. The same
/// call continues by whole shards, and equal stores give equal bytes.
///
/// @param done  called with the number of utterances packed since the last call, and of all.
/// @throws ConfigError if the folder was packed from other clips or with another size of shards;
///         Interrupted after a signal; DataError naming a clip that cannot be read.
PackReport pack(const PackOptions& options, const PackProgress& done = {});

}  // namespace sotto::datasets
