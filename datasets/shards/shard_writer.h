#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// Collects utterances and writes them as one shard. Their bytes wait in a file beside the shards,
/// not in memory: how large a shard becomes decides no memory.
class ShardWriter {
 public:
  /// @param folder  where the waiting bytes lie: the packed store's own.
  explicit ShardWriter(const std::string& folder);
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;

  /// @param entry  as it will stand in the packed store's manifest.
  void add(const ManifestEntry& entry, const Utterance& utterance);
  bool empty() const { return manifest_.empty(); }
  int64_t bytes() const { return bytes_; }
  /// Bytes that an utterance's tensors take.
  static int64_t bytes_of(const Utterance& utterance);

  /// Writes all that was added as one safetensors file, whole or not at all, and begins anew.
  void write(const std::string& path);

 private:
  struct Tensor {
    std::string name;
    std::string type;
    std::vector<int64_t> shape;
    int64_t begin = 0;
    int64_t bytes = 0;
  };
  void append(Tensor tensor, const void* data);
  void clear();

  std::string spool_;
  int descriptor_ = -1;
  int64_t bytes_ = 0;
  std::vector<Tensor> tensors_;
  std::string manifest_;
};

}  // namespace sotto::datasets
