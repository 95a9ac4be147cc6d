#pragma once

#include <cstdint>
#include <vector>

#include "encoders/prefix_rows.h"

namespace sotto::decoding {

/// What a decoder or a language model remembers of the running prefixes of a search: keys and values
/// of its self-attention, a table a layer, and which rows are whose.
class PrefixCache {
 public:
  /// Tokens of each prefix.
  int64_t length() const { return paths_.length; }

  /// Before a step: each of N prefixes (as many as there are; any number for the first token) grows
  /// by a token, whose keys and values every layer has to append.
  void grow(int64_t N, size_t layers);

  /// After a step: prefix i becomes the former prefix parents[i]. Repeats are allowed.
  void select(const std::vector<int64_t>& parents);

  encoders::KeyValueRows& layer(size_t i) { return layers_[i]; }
  const encoders::PrefixPaths& paths() const { return paths_; }

 private:
  void drop_unused_rows();

  std::vector<encoders::KeyValueRows> layers_;
  encoders::PrefixPaths paths_;
  static constexpr int32_t kFirstLimit = 256;
  int32_t used_ = 0;  // rows of each layer
  int32_t limit_ = kFirstLimit;  // of used_, before it is looked for rows that nobody needs
};

}  // namespace sotto::decoding
