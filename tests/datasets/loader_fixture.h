#pragma once

#include <gtest/gtest.h>

#include "datasets/loader.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets {

using tests::clock_utterance;

/// Twelve sentences of one talker, "set|lay red|blue at|by" with a pause between words, whose
/// places in time differ. Their clocks are 40 apart where that fits.
inline std::vector<Utterance> sentences() {
  std::vector<Utterance> all;
  for (int64_t i = 0; i < 12; ++i) {
    const double late = 0.04 * static_cast<double>(i % 3);
    const std::vector<WordTime> words = {
        {i % 2 == 0 ? "set" : "lay", 0.12 + late, 0.32 + late},
        {i % 4 < 2 ? "red" : "blue", 0.40 + late, 0.60 + late},
        {i < 6 ? "at" : "by", 0.68 + late, 0.88 + late}};
    all.push_back(
        clock_utterance("clip" + std::to_string(10 + i), 20 * i, 28 + 2 * (i % 5), words));
  }
  return all;
}

/// A loader over a store of such sentences.
class LoaderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    tests::write_store(folder_->path(), sentences());
    store_ = std::make_shared<const Store>(folder_->path());
  }
  static void TearDownTestSuite() {
    store_.reset();
    delete folder_;
  }

  static LoaderContext context_of(const std::shared_ptr<const Store>& store) {
    LoaderContext context;
    context.clips = std::make_shared<ClipCache>(store, 64);
    for (const ManifestEntry& entry : store->manifest()) {
      context.entries.push_back(&entry);
    }
    context.tokenizer = make_tokenizer("characters", english_characters());
    context.labels = WordLabels(context.entries, 10);
    context.inputs.window = 8;
    context.inputs.size = 8;
    context.inputs.mean = 0;
    context.inputs.deviation = 1;
    context.seed = 7;
    return context;
  }

  static LoaderContext noisy_context() {
    LoaderContext context = context_of(store_);
    for (const ManifestEntry* entry : context.entries) {
      const auto clip = context.clips->get(*entry);
      context.noise_sources.voices.push_back(std::make_shared<Wave>(clip->wave));
    }
    return context;
  }

  static LoaderOptions options_of(int64_t frames, int64_t workers = 1) {
    LoaderOptions options;
    options.frames = frames;
    options.workers = workers;
    return options;
  }

  static AugmentOptions everything() {
    AugmentOptions augment;
    augment.shift = 4;
    augment.rotate = 0.05;
    augment.flip = 0.5;
    augment.splice = 0.7;
    augment.trim = 0.8;
    augment.speed_chance = 0.5;
    augment.lips_mask = 5;
    augment.wave_mask = 0.3;
    return augment;
  }

  static NoiseOptions babble() {
    NoiseOptions noise;
    noise.chance = 0.6;
    noise.only = 0.2;
    noise.talkers = {2, 3};
    return noise;
  }

  static std::vector<Batch> epoch(
      Loader& loader, int64_t number, int64_t first = 0, bool regularise = true) {
    const int64_t count = loader.start(number, first, [regularise](int64_t) {
      return Phase{regularise, -5.0};
    });
    std::vector<Batch> batches;
    while (auto batch = loader.next()) {
      batches.push_back(std::move(*batch));
    }
    EXPECT_EQ(static_cast<int64_t>(batches.size()), count - first);
    EXPECT_EQ(count, loader.batches());
    return batches;
  }

  static void expect_equal(const Batch& a, const Batch& b) {
    EXPECT_EQ(a.ids, b.ids);
    EXPECT_EQ(a.texts, b.texts);
    EXPECT_EQ(a.tokens, b.tokens);
    EXPECT_EQ(a.lengths.frames(), b.lengths.frames());
    EXPECT_TRUE(a.lips.equal(b.lips));
    EXPECT_TRUE(a.wave.equal(b.wave));
    EXPECT_TRUE(a.presence.equal(b.presence));
    EXPECT_TRUE(a.audio_weight.equal(b.audio_weight));
    EXPECT_TRUE(a.frame_classes.equal(b.frame_classes));
  }

  inline static TemporaryFolder* folder_ = nullptr;
  inline static std::shared_ptr<const Store> store_;
};

}  // namespace sotto::datasets
