#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>
#include <torch/nn/module.h>

#include "common/tensor_file.h"
#include "experiments/peers/checkpoint_file.h"
#include "experiments/peers/family.h"

namespace sotto::tests {

/// One published code base's small checkpoint among the parity fixtures, and what its own code made
/// of it.
struct Peer {
  std::string name;        ///< of the case, for people
  std::string folder;      ///< below the fixtures
  std::string checkpoint;  ///< in the folder, like the others
  std::string config;      ///< "": none
  std::string units;       ///< "": none
  std::string outputs;     ///< inputs and stages
  std::string prefix;      ///< of this case's tensors in `outputs`

  std::string path(const std::string& file) const;
  bool has_front_end() const { return outputs == "eval.safetensors"; }
  bool is_language_model() const { return outputs == "lm.safetensors"; }
};

/// For test parameters: the case's name where GoogleTest would print bytes.
std::ostream& operator<<(std::ostream& out, const Peer& peer);

/// Every checkpoint of the fixtures; those of one kind.
const std::vector<Peer>& peers();
std::vector<Peer> front_end_peers();
std::vector<Peer> wenet_peers();
std::vector<Peer> e_branchformer_peers();
std::vector<Peer> language_model_peers();
const Peer& peer_named(std::string_view name);

/// Whether the case's files are here.
bool is_here(const Peer& peer);

/// The configuration that import is given: the fixture's, for E-Branchformers with two passes through
/// the blocks (see peers.cpp); empty: none.
const std::string& config_of(const Peer& peer);

/// The model file that import makes of the checkpoint, once for the whole program.
const std::string& imported(const Peer& peer);

/// The family that the import gave the model file.
experiments::Family family_of(const Peer& peer);

nlohmann::json read_json(const std::string& path);

/// max |actual - expected| / max |expected|; infinite if the shapes differ or something is no
/// number.
double relative_difference(const at::Tensor& actual, const at::Tensor& expected);

/// Expects the gradients that the case's outputs hold as `grad/NAME`, all of them, within 1e-4 of
/// the largest magnitude.
/// @param cut  what the names of the family begin with and the stored ones do not
void compare_gradients(
    const torch::nn::Module& network,
    const Peer& peer,
    const std::string& cut,
    const TensorMap& outputs);

/// A state dict in memory, to be changed and written as a checkpoint.
struct StateDict {
  struct Entry {
    std::string name;
    std::string type;
    std::vector<int64_t> shape;
    std::vector<uint8_t> bytes;
  };
  std::vector<Entry> entries;

  explicit StateDict(const std::string& path);
  Entry& at(const std::string& name);
  void erase(const std::string& name);
  void add(const std::string& name, const std::vector<int64_t>& shape);
  void write(const std::string& path) const;
};

}  // namespace sotto::tests
