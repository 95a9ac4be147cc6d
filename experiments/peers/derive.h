#pragma once

#include <map>
#include <string>
#include <vector>

#include "decoding/transformer_lm.h"
#include "experiments/model.h"
#include "experiments/peers/family.h"
#include "experiments/peers/peer_config.h"

namespace sotto::experiments {

/// Shapes of a checkpoint's tensors under the names here.
class Shapes {
 public:
  Shapes(std::string path, std::map<std::string, std::vector<int64_t>> shapes)
      : path_(std::move(path)), shapes_(std::move(shapes)) {}

  const std::string& path() const { return path_; }
  bool has(const std::string& name) const { return shapes_.count(name) != 0; }
  /// Whether any name begins so.
  bool begins(const std::string& prefix) const;
  /// One dimension of a tensor. @throws CheckpointError if there is no such tensor or dimension.
  int64_t size(const std::string& name, size_t dimension) const;
  /// How many consecutive numbers from `first` on stand between the two: layers, blocks.
  int64_t count(const std::string& before, const std::string& after, int64_t first = 0) const;

 private:
  std::string path_;
  std::map<std::string, std::vector<int64_t>> shapes_;
};

/// What tensors cannot tell and a configuration did not say, as lines for people.
using Assumptions = std::vector<std::string>;

/// The network that a peer's checkpoint is of. Every dimension comes from the tensors; the
/// configuration decides what they cannot show: position scheme, heads of plain attention and of the
/// decoder, activations without parameters.
/// @throws CheckpointError naming what is missing.
ModelOptions derive_model(
    const Shapes& shapes, const Family& family, const PeerConfig& config, Assumptions& assumed);

decoding::TransformerLmOptions derive_language_model(
    const Shapes& shapes, const PeerConfig& config, Assumptions& assumed);

/// Size V of the vocabulary; 0 where no tensor speaks of one.
int64_t derive_vocabulary(const Shapes& shapes);

}  // namespace sotto::experiments
