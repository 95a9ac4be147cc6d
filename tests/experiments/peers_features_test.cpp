// Every stage of a forward pass against the published code's own numbers.
#include <algorithm>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "experiments/features.h"
#include "experiments/model_file.h"
#include "experiments/raw_input.h"
#include "tests/common/temporary_folder.h"
#include "tests/peers.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

/// Of the largest magnitude in a tensor.
constexpr double kFeatureTolerance = 2e-5;

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

/// Whether a tensor of the fixture is the output of a stage, and not an input or of another test.
bool is_stage(const std::string& name) {
  static const std::vector<std::string> others = {
      "input",
      "input_u8",
      "input_wave",
      "input_norm_audio",
      "x",
      "t",
      "lens",
      "x_lens",
      "targets",
      "target_lens",
      "train_loss",
      "rescore_hyps_in",
      "rescore_hyps_len",
      "batch_prefixes",
      "batch_step_logp"};
  const std::string last = name.substr(name.rfind('/') + 1);
  return name.find("grad/") == std::string::npos &&
         std::find(others.begin(), others.end(), last) == others.end();
}

/// The labels that the fixture's decoders read: "eos,9,30,8" without the first.
std::vector<int64_t> prefix_of(const Peer& peer) {
  const auto metadata = SafetensorsFile(peer.path(peer.outputs)).metadata();
  std::vector<int64_t> tokens;
  if (metadata.count("prefix") != 0) {
    std::istringstream list(metadata.at("prefix"));
    std::string token;
    std::getline(list, token, ',');
    while (std::getline(list, token, ',')) {
      tokens.push_back(std::stoll(token));
    }
  }
  return tokens;
}

class PeersFeaturesTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    if (!tests::is_here(GetParam())) {
      GTEST_SKIP() << "no fixtures";
    }
  }
};

TensorMap features_of(const Peer& peer) {
  const TemporaryFolder folder;
  FeaturesRequest request;
  request.model = tests::imported(peer);
  request.inputs = {peer.path(peer.outputs)};
  request.tokens = prefix_of(peer);
  request.out = folder / "features.safetensors";
  if (starts_with(peer.name, "vsrml") && peer.has_front_end()) {
    request.language_model = tests::imported(tests::peer_named("vsrml_lm"));
  }
  write_features(request);
  return read_tensors(request.out);  // the map outlives the file's name
}

TEST_P(PeersFeaturesTest, EveryStage) {
  const Peer& peer = GetParam();
  const TensorMap got = features_of(peer);
  double largest = 0;
  std::string where;
  int64_t count = 0;
  for (const auto& [name, expected] : read_tensors(peer.path(peer.outputs))) {
    if (!starts_with(name, peer.prefix) || !is_stage(name)) {
      continue;
    }
    const auto found = got.find(name);
    if (found == got.end()) {
      ADD_FAILURE() << "missing " << name;
      continue;
    }
    ++count;
    const double difference = tests::relative_difference(found->second, expected);
    EXPECT_LE(difference, kFeatureTolerance) << name;
    if (difference >= largest) {
      largest = difference;
      where = name;
    }
  }
  EXPECT_GT(count, 0);
  std::cout << peer.name << ": " << count << " stages, largest relative difference " << largest
            << " (" << where << ")\n";
}

INSTANTIATE_TEST_SUITE_P(
    Peers, PeersFeaturesTest, testing::ValuesIn(tests::peers()), [](const auto& peer) {
      return peer.param.name;
    });

/// Samples of the last whole frame on are cut after the normalisation, not before.
TEST(PeersInputTest, NormalisedSound) {
  for (const Peer& peer : tests::front_end_peers()) {
    if (!tests::is_here(peer)) {
      GTEST_SKIP() << "no fixtures";
    }
    const std::string path = peer.path(peer.outputs);
    const LoadedModel model = read_model(tests::imported(peer));
    const TensorMap expected = read_tensors(path);
    for (const RawClip& clip : read_raw_clips(path, model)) {
      if (clip.sound) {
        const at::Tensor& wave = clip.batch.wave;
        tests::expect_close(
            wave.flatten(),
            expected.at(clip.name + "/input_norm_audio").narrow(0, 0, wave.size(1)));
      }
    }
  }
}

}  // namespace
}  // namespace sotto::experiments
