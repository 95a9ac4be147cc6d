#include "datasets/inputs.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/loader.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets {
namespace {

/// A clip whose lips show 10, 11, ... and whose face, of 32x32 in colour, shows red 10, 11, ...,
/// green 100 and blue 200.
Utterance two_crops(const std::string& id, int64_t frames) {
  Utterance utterance = tests::clock_utterance(id, 10, frames);
  Crop face = {frames, 32, 32, 3, {}};
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t i = 0; i < 32 * 32; ++i) {
      for (const int64_t value : {10 + t, int64_t{100}, int64_t{200}}) {
        face.pixels.push_back(static_cast<uint8_t>(value));
      }
    }
  }
  utterance.crops["face"] = face;
  return utterance;
}

InputOptions face_inputs() {
  InputOptions inputs;
  inputs.crop = "face:224:32";
  inputs.colour = true;
  inputs.window = 28;
  inputs.size = 14;
  inputs.mean = 0;
  inputs.deviation = 1;
  return inputs;
}

std::string refusal(const Utterance& utterance, const InputOptions& inputs) {
  try {
    crop_to_read(utterance, inputs, "stores/mine: clip");
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "";
}

TEST(InputOptionsTest, TheWindowFitsIntoItsCrop) {
  InputOptions inputs;
  inputs.validate();
  inputs.window = 97;
  EXPECT_THROW(inputs.validate(), ConfigError);
  inputs.crop = "lower:128";
  inputs.window = 112;
  inputs.validate();
  inputs.crop = "face:224:100";
  EXPECT_THROW(inputs.validate(), ConfigError);
  inputs.crop = "face";
  EXPECT_THROW(inputs.validate(), ConfigError);  // nobody knows how large it is
}

TEST(InputOptionsTest, WhatIsCutFromMediaEndsWithTheCropThatIsRead) {
  EXPECT_EQ(InputOptions().crops().size(), 1U);
  const auto crops = face_inputs().crops();
  ASSERT_EQ(crops.size(), 2U);
  EXPECT_EQ(crops[0].name, "lips");
  EXPECT_EQ(crops[1].name, "face");
  EXPECT_EQ(crops[1].size.side, 224);
  EXPECT_EQ(crops[1].size.pixels, 32);
  EXPECT_TRUE(crops[1].size.colour);
}

TEST(CropToReadTest, FindsItOrSaysWhatThereIs) {
  const Utterance clip = two_crops("a", 3);
  EXPECT_EQ(crop_to_read(clip, InputOptions(), "a"), &clip.crops.at("lips"));
  EXPECT_EQ(crop_to_read(clip, face_inputs(), "a"), &clip.crops.at("face"));
  EXPECT_EQ(crop_to_read(tests::without_lips(clip), face_inputs(), "a"), nullptr);
  InputOptions grey = face_inputs();
  grey.colour = false;
  EXPECT_EQ(crop_to_read(clip, grey, "a"), &clip.crops.at("face"));
  EXPECT_EQ(
      refusal(tests::clock_utterance("a", 0, 2), face_inputs()),
      "stores/mine: clip: the network reads the crop face of 32x32 in colour, and here is lips of "
      "96x96 in grey; `sotto prepare --crop face:224:32 --colour` makes it");
  InputOptions other = face_inputs();
  other.crop = "face:224:64";
  EXPECT_NE(refusal(clip, other).find("face of 32x32 in colour, lips of"), std::string::npos);
  InputOptions colour;
  colour.colour = true;
  EXPECT_NE(refusal(clip, colour).find("`sotto prepare --colour` makes it"), std::string::npos);
}

class CropLoaderTest : public testing::Test {
 protected:
  void SetUp() override {
    tests::write_store(folder_.path(), {two_crops("a", 6), two_crops("b", 4)});
    const auto store = std::make_shared<const Store>(folder_.path());
    context_.clips = std::make_shared<ClipCache>(store, 64);
    for (const ManifestEntry& entry : store->manifest()) {
      context_.entries.push_back(&entry);
    }
    context_.tokenizer = make_tokenizer("characters", english_characters());
    context_.inputs = face_inputs();
  }

  Batch first_batch(Loader&& loader) {
    loader.start(0, 0, [](int64_t) { return Phase{true, 0}; });
    return *loader.next();
  }

  TemporaryFolder folder_;
  LoaderContext context_;
};

TEST_F(CropLoaderTest, ReadsTheCropThatIsAskedFor) {
  const Batch batch = first_batch(Loader(LoaderOptions(), context_));
  EXPECT_EQ(batch.lips.sizes(), (std::vector<int64_t>{2, 6, 3, 14, 14}));
  for (int64_t t = 0; t < 6; ++t) {
    EXPECT_NEAR(batch.lips[0][t][0][7][7].item<double>() * 255, 10 + t, 1e-4);
    EXPECT_NEAR(batch.lips[0][t][1][0][13].item<double>() * 255, 100, 1e-4);
    EXPECT_NEAR(batch.lips[0][t][2][13][0].item<double>() * 255, 200, 1e-4);
  }
  EXPECT_EQ(batch.lips[1][5].abs().sum().item<double>(), 0);
  const auto kept = context_.clips->get(*context_.entries[0]);
  EXPECT_EQ(kept->crops.size(), 1U);  // the other one is not kept in memory
  EXPECT_EQ(frame_count(*kept), 6);
}

TEST_F(CropLoaderTest, AugmentsAllChannelsAlike) {
  AugmentOptions augment;
  augment.shift = 2;
  augment.flip = 0.5;
  augment.speed_chance = 1;
  augment.speeds = {0.5};
  augment.time_mask.lips = 4;
  augment.time_mask.lips_every = 2;
  augment.cut_out.count = 1;
  const Batch batch = first_batch(Loader(LoaderOptions(), context_, augment, NoiseOptions()));
  EXPECT_EQ(batch.lips.size(1), 12);
  const at::Tensor lost = batch.lips.eq(0);  // black and the mean are both 0 here
  EXPECT_TRUE(lost.select(2, 0).equal(lost.select(2, 1)));
  EXPECT_TRUE(lost.select(2, 0).equal(lost.select(2, 2)));
  EXPECT_TRUE(lost.any().item<bool>());
}

TEST_F(CropLoaderTest, RefusesAStoreWithoutIt) {
  context_.inputs.crop = "lower:128";
  Loader loader(LoaderOptions(), context_);
  loader.start(0, 0, {});
  try {
    loader.next();
    FAIL();
  } catch (const DataError& fault) {
    const std::string text = fault.what();
    EXPECT_EQ(text.find(folder_.path() + ": a: the network reads the crop lower of 128x128"), 0U);
    EXPECT_NE(text.find("`sotto prepare --crop lower:128 --colour`"), std::string::npos);
  }
}

TEST_F(CropLoaderTest, AnAugmentationMovesNoOther) {
  AugmentOptions some;
  some.shift = 2;
  some.hue = 0.5;
  AugmentOptions more = some;
  more.band_reject = 1000;
  more.time_mask.wave = 100;
  more.wave_mask = 0.1;
  NoiseOptions noise;
  noise.chance = 1;
  noise.kinds = {"pink"};
  const Batch a = first_batch(Loader(LoaderOptions(), context_, some, NoiseOptions()));
  const Batch b = first_batch(Loader(LoaderOptions(), context_, more, noise));
  EXPECT_TRUE(a.lips.equal(b.lips));
  EXPECT_FALSE(a.wave.equal(b.wave));
}

TEST_F(CropLoaderTest, AClipIsTheSameInAnyBatch) {
  AugmentOptions augment;
  augment.shift = 2;
  augment.hue = 0.5;
  augment.cut_out.count = 2;
  augment.time_mask.lips = 4;
  augment.time_mask.wave = 2000;
  augment.speed_chance = 1;
  augment.frame_jitter = 0.2;
  augment.band_reject = 2000;
  NoiseOptions noise;
  noise.chance = 1;
  noise.kinds = {"pink", "white"};
  noise.snr = {"0", "5", "clean"};
  const Batch both = first_batch(Loader(LoaderOptions(), context_, augment, noise));
  for (size_t row = 0; row < 2; ++row) {
    LoaderContext alone = context_;
    alone.entries = {&alone.clips->store().entry(both.ids[row])};
    const Batch one = first_batch(Loader(LoaderOptions(), alone, augment, noise));
    const int64_t T = one.lengths.frames()[0];
    ASSERT_EQ(both.lengths.frames()[row], T);
    const auto b = static_cast<int64_t>(row);
    EXPECT_TRUE(one.lips[0].equal(both.lips[b].narrow(0, 0, T)));
    EXPECT_TRUE(one.wave[0].equal(both.wave[b].narrow(0, 0, 640 * T)));
  }
}

}  // namespace
}  // namespace sotto::datasets
