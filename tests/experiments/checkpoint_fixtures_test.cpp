#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/peers/checkpoint_file.h"
#include "tests/common/memory_file.h"

namespace sotto::experiments {
namespace {

using Shape = std::vector<int64_t>;

const std::string kFixtures = std::string(SOTTO_SHARED_DIR) + "/fixtures/";

struct Fixture {
  const char* path;
  size_t tensors;
  const char* wrapper;
};

const std::vector<Fixture> kFiles = {
    {"avsr_audio/epoch=3.ckpt", 263, "state_dict"},
    {"avsr_video/model.pth", 263, ""},
    {"cn23_video/epoch=3.ckpt", 263, "state_dict"},
    {"cn24_video/model.pth", 294, ""},
    {"ebranchformer/base.pth", 84, ""},
    {"ebranchformer/legacy.pth", 72, ""},
    {"ebranchformer/noffn_linear.pth", 68, ""},
    {"frontend_full/lrw_frontend.pth.tar", 122, "model_state_dict"},
    {"vsrml_audio/model.pth", 263, ""},
    {"vsrml_av/model.pth", 450, ""},
    {"vsrml_av_legacy/model.pth.tar", 367, "model_state_dict"},
    {"vsrml_lm/rnnlm.model.best", 41, ""},
    {"vsrml_lm2/snapshot.ep.3", 41, "model"},
    {"vsrml_video/model.pth", 263, ""},
    {"vsrml_video_legacy/model.pth", 263, ""},
    {"wenet/conformer_bi.pt", 205, ""},
    {"wenet/ebranchformer_bi.pt", 181, ""}};

class CheckpointFixturesTest : public testing::TestWithParam<Fixture> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(path())) {
      GTEST_SKIP() << path() << " is not here";
    }
  }
  static std::string path() { return kFixtures + GetParam().path; }
};

/// Reads the first and the last element of every tensor, and all of small ones.
void touch(const CheckpointFile& file) {
  constexpr uint64_t kSmall = 1 << 14;
  std::vector<uint8_t> copy(kSmall);
  for (const auto& [name, tensor] : file.tensors()) {
    if (tensor.bytes() <= kSmall) {
      copy_row_major(tensor, copy.data());
      continue;
    }
    const uint64_t item = tensor.bytes() / tensor.elements();
    uint64_t last = 0;
    for (size_t i = 0; i < tensor.shape.size(); ++i) {
      last += static_cast<uint64_t>((tensor.shape[i] - 1) * tensor.strides[i]);
    }
    copy[0] = tensor.data[0];
    copy[1] = tensor.data[(last + 1) * item - 1];
  }
}

/// Opens a damaged file: an error of ours or success.
void open(const MemoryFile& memory) {
  try {
    touch(CheckpointFile(memory.path()));
  } catch (const CheckpointError& fault) {
    EXPECT_EQ(std::string(fault.what()).find('\n'), std::string::npos) << fault.what();
  }
}

TEST_P(CheckpointFixturesTest, Opens) {
  const CheckpointFile file(path());
  EXPECT_EQ(file.tensors().size(), GetParam().tensors);
  EXPECT_EQ(file.wrapper(), GetParam().wrapper);
  touch(file);
}

TEST_P(CheckpointFixturesTest, CutShort) {
  const std::string whole = read_file(path());
  std::mt19937 random(1);
  MemoryFile memory(whole);
  for (int i = 0; i < 50; ++i) {
    memory.assign(std::string_view(whole).substr(0, random() % whole.size()));
    EXPECT_THROW(CheckpointFile(memory.path()), CheckpointError);
  }
}

TEST_P(CheckpointFixturesTest, WithFlippedBytes) {
  const std::string whole = read_file(path());
  std::mt19937 random(2);
  MemoryFile memory(whole);
  for (int i = 0; i < 200; ++i) {
    // Half of them in the pickle and the directory, which are a small part of the file.
    const bool anywhere = i % 2 == 0;
    const size_t reach = std::min<size_t>(whole.size(), 30000);
    const size_t place = anywhere     ? random() % whole.size()
                         : i % 4 == 1 ? random() % reach
                                      : whole.size() - 1 - random() % reach;
    const auto flip = static_cast<char>(1 + random() % 255);
    memory.put(place, std::string(1, static_cast<char>(whole[place] ^ flip)));
    open(memory);
    memory.put(place, whole.substr(place, 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CheckpointFixturesTest, testing::ValuesIn(kFiles));

TEST(CheckpointFixtureTest, NamesShapesAndStrides) {
  const std::string path = kFixtures + "cn23_video/epoch=3.ckpt";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not here";
  }
  const CheckpointFile file(path);
  std::map<std::string, CheckpointTensor> tensors(file.tensors().begin(), file.tensors().end());
  const CheckpointTensor& strided = tensors.at("encoder.frontend.trunk.layer1.0.conv1.weight");
  EXPECT_EQ(strided.shape, (Shape{64, 64, 3, 3}));
  EXPECT_EQ(strided.strides, (Shape{3, 2, 3, 1}));
  EXPECT_FALSE(strided.contiguous());
  EXPECT_EQ(strided.bytes(), 64U * 64U * 9U * 4U);
  EXPECT_EQ(tensors.at("ctc.ctc_lo.bias").shape, (Shape{72}));
  EXPECT_EQ(tensors.at("encoder.frontend.frontend3D.1.num_batches_tracked").shape, Shape());
  EXPECT_EQ(tensors.at("encoder.frontend.frontend3D.1.num_batches_tracked").type, "I64");
}

TEST(CheckpointFixtureTest, TiedWeightsShareTheirBytes) {
  const std::string path = kFixtures + "vsrml_lm2/snapshot.ep.3";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not here";
  }
  const CheckpointFile file(path);
  std::map<std::string, CheckpointTensor> tensors(file.tensors().begin(), file.tensors().end());
  EXPECT_EQ(tensors.at("decoder.weight").data, tensors.at("embed.weight").data);
}

}  // namespace
}  // namespace sotto::experiments
