#include "tests/peers.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <ostream>
#include <stdexcept>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/files.h"
#include "experiments/model_file.h"
#include "experiments/peers/checkpoint_writer.h"
#include "experiments/peers/import.h"
#include "tests/common/temporary_folder.h"

namespace sotto::tests {
namespace {

Peer front_end_peer(
    const std::string& name,
    const std::string& checkpoint,
    const std::string& config,
    const std::string& units) {
  return {name, name, checkpoint, config, units, "eval.safetensors", ""};
}

Peer e_branchformer_peer(const std::string& name) {
  return {
      "ebranchformer_" + name,
      "ebranchformer",
      name + ".pth",
      "configs.json",
      "",
      "outputs.safetensors",
      name + "/"};
}

Peer wenet_peer(const std::string& name) {
  return {"wenet_" + name, "wenet", name + ".pt", "", "", "outputs.safetensors", name + "/"};
}

std::vector<Peer> in_folder(const std::string& folder) {
  std::vector<Peer> some;
  std::copy_if(peers().begin(), peers().end(), std::back_inserter(some), [&](const Peer& peer) {
    return peer.folder == folder;
  });
  return some;
}

std::vector<Peer> where(bool (Peer::*test)() const) {
  std::vector<Peer> some;
  std::copy_if(peers().begin(), peers().end(), std::back_inserter(some), [&](const Peer& peer) {
    return (peer.*test)();
  });
  return some;
}

}  // namespace

std::string Peer::path(const std::string& file) const {
  return std::string(SOTTO_SHARED_DIR) + "/fixtures/" + folder + "/" + file;
}

std::ostream& operator<<(std::ostream& out, const Peer& peer) {
  return out << peer.name;
}

const std::vector<Peer>& peers() {
  static const std::vector<Peer> all = {
      front_end_peer("avsr_video", "model.pth", "", "units.txt"),
      front_end_peer("avsr_audio", "epoch=3.ckpt", "", "units.txt"),
      front_end_peer("vsrml_video", "model.pth", "model.json", ""),
      front_end_peer("vsrml_video_legacy", "model.pth", "model.json", ""),
      front_end_peer("vsrml_audio", "model.pth", "model.json", ""),
      front_end_peer("vsrml_av", "model.pth", "model.json", ""),
      front_end_peer("vsrml_av_legacy", "model.pth.tar", "model.json", ""),
      front_end_peer("cn23_video", "epoch=3.ckpt", "backbone.json", "units.txt"),
      front_end_peer("cn24_video", "model.pth", "backbone.json", "units.txt"),
      {"vsrml_lm", "vsrml_lm", "rnnlm.model.best", "model.json", "", "lm.safetensors", ""},
      {"vsrml_lm2", "vsrml_lm2", "snapshot.ep.3", "model.json", "", "lm.safetensors", ""},
      e_branchformer_peer("base"),
      e_branchformer_peer("noffn_linear"),
      e_branchformer_peer("legacy"),
      wenet_peer("conformer_bi"),
      wenet_peer("ebranchformer_bi"),
      {"lrw", "frontend_full", "lrw_frontend.pth.tar", "", "", "lrw_outputs.safetensors", ""}};
  return all;
}

std::vector<Peer> front_end_peers() {
  return where(&Peer::has_front_end);
}
std::vector<Peer> language_model_peers() {
  return where(&Peer::is_language_model);
}
std::vector<Peer> wenet_peers() {
  return in_folder("wenet");
}
std::vector<Peer> e_branchformer_peers() {
  return in_folder("ebranchformer");
}

const Peer& peer_named(std::string_view name) {
  return *std::find_if(
      peers().begin(), peers().end(), [&](const Peer& peer) { return peer.name == name; });
}

bool is_here(const Peer& peer) {
  return std::filesystem::exists(peer.path(peer.checkpoint));
}

/// The copy of ESPnet that made the E-Branchformers' numbers runs its blocks twice: a loop over them
/// has an `else` branch, which Python enters when the loop ends, and there stands the stack again.
const std::string& config_of(const Peer& peer) {
  static const TemporaryFolder folder;
  static std::map<std::string, std::string> paths;
  std::string& path = paths[peer.name];
  if (path.empty() && !peer.config.empty()) {
    path = peer.path(peer.config);
    if (peer.folder == "ebranchformer") {
      nlohmann::json config = read_json(path);
      for (auto& one : config) {
        one["passes"] = 2;
      }
      path = folder / (peer.name + ".json");
      write_file(path, config.dump());
    }
  }
  return path;
}

const std::string& imported(const Peer& peer) {
  static const TemporaryFolder folder;
  static std::map<std::string, std::string> paths;
  std::string& path = paths[peer.name];
  if (path.empty()) {
    experiments::ImportOptions options;
    options.checkpoint = peer.path(peer.checkpoint);
    options.config = config_of(peer);
    options.out = folder / (peer.name + ".safetensors");
    experiments::import_checkpoint(options);
    path = options.out;
  }
  return path;
}

experiments::Family family_of(const Peer& peer) {
  const SafetensorsFile file(imported(peer));
  const experiments::ModelCard card = experiments::read_card(file, imported(peer));
  const bool sound_alone = card.kind == "recogniser" && !card.model.video.chosen();
  return experiments::family_named(card.family, sound_alone);
}

nlohmann::json read_json(const std::string& path) {
  return nlohmann::json::parse(read_file(path));
}

double relative_difference(const at::Tensor& actual, const at::Tensor& expected) {
  constexpr double kDifferent = std::numeric_limits<double>::infinity();
  if (actual.sizes() != expected.sizes()) {
    return kDifferent;
  }
  const at::Tensor a = actual.detach().to(at::kDouble);
  const at::Tensor e = expected.detach().to(at::kDouble);
  if (!a.isfinite().all().item<bool>()) {
    return kDifferent;
  }
  const double largest = e.abs().max().item<double>();
  const double difference = (a - e).abs().max().item<double>();
  return difference == 0 ? 0 : difference / largest;
}

void compare_gradients(
    const torch::nn::Module& network,
    const Peer& peer,
    const std::string& cut,
    const TensorMap& outputs) {
  constexpr double kTolerance = 1e-4;
  const experiments::Family family = family_of(peer);
  const std::string stored = peer.prefix + "grad/";
  std::map<std::string, at::Tensor> gradients;
  for (const auto& parameter : network.named_parameters()) {
    const std::string name = family.theirs(parameter.key());
    gradients[name.rfind(cut, 0) == 0 ? name.substr(cut.size()) : name] = parameter.value().grad();
  }
  int64_t compared = 0;
  for (const auto& [name, expected] : outputs) {
    if (name.rfind(stored, 0) != 0) {
      continue;
    }
    const at::Tensor& gradient = gradients[name.substr(stored.size())];
    ASSERT_TRUE(gradient.defined()) << name;
    EXPECT_LE(relative_difference(gradient, expected), kTolerance) << name;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

StateDict::StateDict(const std::string& path) {
  const experiments::CheckpointFile file(path);
  for (const auto& [name, tensor] : file.tensors()) {
    entries.push_back({name, tensor.type, tensor.shape, std::vector<uint8_t>(tensor.bytes())});
    experiments::copy_row_major(tensor, entries.back().bytes.data());
  }
}

StateDict::Entry& StateDict::at(const std::string& name) {
  const auto found = std::find_if(
      entries.begin(), entries.end(), [&](const Entry& entry) { return entry.name == name; });
  if (found == entries.end()) {
    throw std::out_of_range(name);
  }
  return *found;
}

void StateDict::erase(const std::string& name) {
  entries.erase(entries.begin() + (&at(name) - entries.data()));
}

void StateDict::add(const std::string& name, const std::vector<int64_t>& shape) {
  size_t bytes = sizeof(float);
  for (const int64_t size : shape) {
    bytes *= static_cast<size_t>(size);
  }
  entries.push_back({name, "F32", shape, std::vector<uint8_t>(bytes)});
}

void StateDict::write(const std::string& path) const {
  std::vector<std::pair<std::string, SafetensorsEntry>> tensors;
  for (const Entry& entry : entries) {
    tensors.push_back(
        {entry.name, {entry.type, entry.shape, entry.bytes.data(), entry.bytes.size()}});
  }
  experiments::write_checkpoint_file(path, tensors);
}

}  // namespace sotto::tests
