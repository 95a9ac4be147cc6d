// The front ends at their published size, weights by a formula, against outputs of the published
// recognisers' own code.
#include <filesystem>

#include "common/random.h"
#include "common/tensor_file.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"
#include "tests/golden.h"
#include "tests/tensors.h"

namespace sotto::frontends {
namespace {

using nlohmann::json;

std::string folder() {
  return std::string(SOTTO_SHARED_DIR) + "/fixtures/frontend_full/";
}

/// Uniform in [-1, 1) by the name, the element and the case's seed.
double uniform(const std::string& name, int64_t index, uint64_t seed) {
  Random random(name_hash(name) + seed + static_cast<uint64_t>(index) * 0x9E3779B97F4A7C15ULL);
  return static_cast<double>(random.next() >> 40) * 0x1p-23 - 1;
}

tests::Formula formula(uint64_t seed) {
  return [seed](const std::string& name, const at::Tensor& entry, int64_t index) {
    const double u = uniform(name, index, seed);
    if (tests::ends_with(name, "num_batches_tracked")) {
      return 0.0;
    }
    if (entry.dim() > 1) {
      return u * std::sqrt(6.0 / static_cast<double>(entry.numel() / entry.size(0)));
    }
    if (tests::ends_with(name, "running_var")) {
      return 1 + 0.5 * u;
    }
    if (tests::ends_with(name, "bias") || tests::ends_with(name, "running_mean")) {
      return 0.1 * u;
    }
    const bool slope = name.find("relu") != std::string::npos || name == "frontend3D.2.weight";
    return slope ? 0.25 + 0.1 * u : 1 + 0.2 * u;
  };
}

class ResNetGoldenTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder() + "outputs.safetensors")) {
      GTEST_SKIP() << "no fixtures";
    }
    golden_ = read_tensors(folder() + "outputs.safetensors");
    info_ = json::parse(read_file(folder() + "info.json"));
  }

  uint64_t seed(const std::string& name) const { return info_.at("cases").at(name).at("seed"); }

  void expect_lips(const std::string& name, const std::string& activation) {
    const at::NoGradGuard no_grad;
    const at::Tensor pictures = golden_.at(name + "/input_u8").to(at::kFloat);
    ResNetLipsOptions options;
    options.activation = activation;
    options.stem_activation = activation;
    ResNetLipsImpl frontend(options, pictures.size(2));
    tests::fill(frontend, formula(seed(name)));
    frontend.eval();
    const at::Tensor lips = ((pictures / 255 - 0.421) / 0.165).unsqueeze(0);
    tests::expect_close(
        frontend.forward(lips, Lengths::full(1, pictures.size(0))), golden_.at(name + "/output"));
  }

  void expect_waveform(const std::string& name, const std::string& activation) {
    const at::NoGradGuard no_grad;
    const at::Tensor wave = golden_.at(name + "/input_norm").view({1, -1, 1});
    ResNetWaveformOptions options;
    options.activation = activation;
    ResNetWaveformImpl frontend(options);
    tests::fill(frontend, formula(seed(name)));
    frontend.eval();
    tests::expect_close(
        frontend.forward(wave, Lengths::full(1, wave.size(1) / 640)), golden_.at(name + "/output"));
  }

  TensorMap golden_;
  json info_;
};

TEST_F(ResNetGoldenTest, FormulaOfTheWeights) {
  for (const auto& [key, check] : info_.at("formula_check").items()) {
    const std::string name = key.substr(0, key.find('|'));
    const at::Tensor entry = at::empty(check.at("shape").get<std::vector<int64_t>>());
    const tests::Formula weight = formula(std::stoull(key.substr(key.find('=') + 1)));
    for (int64_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(weight(name, entry, i), check.at("first4").at(i).get<double>(), 1e-7) << key;
    }
    EXPECT_NEAR(weight(name, entry, entry.numel() - 1), check.at("last").get<double>(), 1e-7);
  }
}

TEST_F(ResNetGoldenTest, LipsSwish) {
  expect_lips("video_swish_7x88x88", "swish");
}
TEST_F(ResNetGoldenTest, LipsReluOfAnotherSize) {
  expect_lips("video_relu_3x96x96", "relu");
}
TEST_F(ResNetGoldenTest, LipsPrelu) {
  expect_lips("video_prelu_3x88x88", "prelu");
}
TEST_F(ResNetGoldenTest, WaveformSwish) {
  expect_waveform("audio_swish_4813", "swish");
}
TEST_F(ResNetGoldenTest, WaveformRelu) {
  expect_waveform("audio_relu_1920", "relu");
}

}  // namespace
}  // namespace sotto::frontends
