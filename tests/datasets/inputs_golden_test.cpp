// How lips and sound become a network's input, against the published recognisers' own code.
#include <filesystem>

#include "common/tensor_file.h"
#include "datasets/lips_view.h"
#include "datasets/noise.h"
#include "tests/golden.h"
#include "tests/tensors.h"

namespace sotto::datasets {
namespace {

class InputsGoldenTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = std::string(SOTTO_SHARED_DIR) + "/fixtures/golden/golden.safetensors";
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "no golden vectors";
    }
    golden_ = read_tensors(path);
  }

  Wave wave(const std::string& name) const {
    const at::Tensor& tensor = golden_.at(name);
    return Wave(tensor.data_ptr<float>(), tensor.data_ptr<float>() + tensor.numel());
  }

  TensorMap golden_;
};

TEST_F(InputsGoldenTest, CentreOfTheLips) {
  const at::Tensor& grey = golden_.at("video/gray_u8");
  Crop crop = {grey.size(0), 96, 96, 1, {}};
  crop.pixels.assign(grey.data_ptr<uint8_t>(), grey.data_ptr<uint8_t>() + grey.numel());
  at::Tensor lips = at::empty({crop.frames, 88, 88});
  view_lips(crop, InputOptions(), LipsView(), lips.data_ptr<float>());
  tests::expect_near(lips[0], golden_.at("video/vsrml_transform_frame0")[0][0]);
  const auto every_8th = at::arange(0, 88, 8);
  tests::expect_near(
      lips.index_select(1, every_8th).index_select(2, every_8th),
      golden_.at("video/vsrml_transform_speed1")[0]);
}

TEST_F(InputsGoldenTest, WholeClipNormalisation) {
  Wave sound = wave("audio/wave");
  normalise_wave(sound.data(), sound.size());
  tests::expect_near(at::tensor(sound).unsqueeze(1), golden_.at("audio/layer_norm_eps1e-8"));
}

TEST_F(InputsGoldenTest, NoiseAtEveryRatio) {
  const Wave noise = wave("audio/noise");
  for (const auto& one : tests::golden_section("add_noise")) {
    Wave sound = wave("audio/wave");
    const auto begin = noise.begin() + one.at("start_idx").get<int64_t>();
    add_noise(
        sound,
        Wave(begin, begin + static_cast<std::ptrdiff_t>(sound.size())),
        one.at("snr_db").get<double>());
    tests::expect_near(at::tensor(sound), golden_.at(one.at("key").get<std::string>()));
  }
}

}  // namespace
}  // namespace sotto::datasets
