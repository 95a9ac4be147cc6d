// What the clips of a batch hold: changed ones, noise, labels, streams that are missing.
#include <set>

#include <ATen/ATen.h>

#include "datasets/loader.h"
#include "tests/datasets/loader_fixture.h"

namespace sotto::datasets {
namespace {

/// The sound must say what the picture shows, up to the clip's normalisation, and the labels and
/// the text must be those of the words that are seen.
void expect_clip_in_step(
    const Batch& batch, int64_t b, const WordLabels& labels, double tolerance) {
  const int64_t T = batch.lengths.frames()[static_cast<size_t>(b)];
  const at::Tensor shown =
      batch.lips[b].narrow(0, 0, T).select(1, 0).select(1, 4).select(1, 4) * 255;
  const at::Tensor said = batch.wave[b].view({-1, 640}).narrow(0, 0, T).select(1, 320);
  const at::Tensor centred = shown - shown.mean();
  const at::Tensor slope = (centred * (said - said.mean())).sum() / centred.square().sum();
  const at::Tensor residual = (said - said.mean()) - slope * centred;
  EXPECT_LT((residual / slope).abs().max().item<double>(), tolerance);

  std::string text;
  int64_t before = 0;
  for (int64_t t = 0; t < T; ++t) {
    const auto label = batch.frame_classes[b][t].item<int64_t>();
    if (label > 0 && label != before) {
      for (const char* word : {"at", "blue", "by", "lay", "red", "set"}) {
        if (labels.frame_classes({{word, 0, 1}}, 1)[0] == label) {
          text += (text.empty() ? "" : " ") + std::string(word);
        }
      }
    }
    before = label;
  }
  EXPECT_EQ(text, batch.texts[static_cast<size_t>(b)]);
}

TEST_F(LoaderTest, SplicedAndTrimmedClipsKeepInStep) {
  AugmentOptions augment;
  augment.splice = 1;
  augment.splice_border = 0.8;
  augment.trim = 1;
  augment.trim_margin = {0, 3};
  LoaderContext context = context_of(store_);
  Loader loader(options_of(120), context, augment, NoiseOptions());
  std::set<std::string> texts;
  for (int64_t number = 0; number < 6; ++number) {
    for (const Batch& batch : epoch(loader, number)) {
      for (int64_t b = 0; b < batch.lengths.batch(); ++b) {
        expect_clip_in_step(batch, b, context.labels, 0.05);
        texts.insert(batch.texts[static_cast<size_t>(b)]);
      }
    }
  }
  EXPECT_GT(texts.size(), 6U);  // sentences that nobody said: only six were
}

TEST_F(LoaderTest, FasterAndSlowerClipsKeepInStep) {
  AugmentOptions augment;
  augment.speed_chance = 1;
  LoaderContext context = context_of(store_);
  Loader loader(options_of(120), context, augment, NoiseOptions());
  std::set<int64_t> lengths;
  for (const Batch& batch : epoch(loader, 0)) {
    for (int64_t b = 0; b < batch.lengths.batch(); ++b) {
      expect_clip_in_step(batch, b, context.labels, 0.6);
      lengths.insert(batch.lengths.frames()[static_cast<size_t>(b)]);
    }
  }
  EXPECT_GT(lengths.size(), 5U);
  for (const Batch& batch : epoch(loader, 0, 0, /*regularise=*/false)) {
    for (int64_t b = 0; b < batch.lengths.batch(); ++b) {
      expect_clip_in_step(batch, b, context.labels, 0.05);
    }
  }
}

TEST_F(LoaderTest, LabelsOfPaddingAreIgnored) {
  Loader loader(options_of(500), context_of(store_));
  for (const Batch& batch : epoch(loader, 0)) {
    const at::Tensor valid = batch.lengths.valid_mask(at::kCPU);
    EXPECT_TRUE(batch.frame_classes.masked_select(valid.logical_not()).eq(-1).all().item<bool>());
    EXPECT_TRUE(batch.frame_classes.masked_select(valid).ge(0).all().item<bool>());
  }
}

TEST_F(LoaderTest, SoundThatIsNoiseAloneDoesNotCount) {
  NoiseOptions noise;
  noise.only = 1;
  Loader loader(options_of(200), noisy_context(), AugmentOptions(), noise);
  for (const Batch& batch : epoch(loader, 0)) {
    EXPECT_EQ(batch.audio_weight.abs().sum().item<double>(), 0);
    EXPECT_TRUE(batch.presence.eq(1).all().item<bool>());
  }
}

TEST_F(LoaderTest, WeakSoundCountsLess) {
  NoiseOptions noise;
  noise.chance = 1;
  noise.snr_high = 0;
  noise.weak_snr = 1;
  noise.weak_weight = 0.25;
  Loader loader(options_of(200), noisy_context(), AugmentOptions(), noise);
  for (const Batch& batch : epoch(loader, 0)) {
    EXPECT_TRUE(batch.audio_weight.eq(0.25).all().item<bool>());
  }
}

TEST_F(LoaderTest, NoiseOfAnEvaluationIsWhatItIsGiven) {
  LoaderContext context = context_of(store_);
  context.evaluation_noise = [](const ManifestEntry& entry, Wave& wave) {
    wave[0] += static_cast<float>(1 + entry.id.back() - '0');
  };
  Loader noisy(options_of(200), context);
  Loader clean(options_of(200), context_of(store_));
  const auto first = epoch(noisy, 0);
  const auto second = epoch(noisy, 0);
  const auto quiet = epoch(clean, 0);
  for (size_t i = 0; i < first.size(); ++i) {
    expect_equal(first[i], second[i]);
    EXPECT_FALSE(first[i].wave.equal(quiet[i].wave));
    EXPECT_TRUE(first[i].lips.equal(quiet[i].lips));
  }
}

TEST(LoaderOfMixedClipsTest, TellsWhatIsThere) {
  const TemporaryFolder folder;
  tests::write_store(
      folder.path(),
      {clock_utterance("both", 0, 6),
       tests::without_lips(clock_utterance("sound", 50, 4)),
       tests::without_sound(clock_utterance("lips", 90, 5))});
  const auto store = std::make_shared<const Store>(folder.path());
  LoaderContext context;
  context.clips = std::make_shared<ClipCache>(store, 0);  // nothing kept: decoded again each time
  for (const char* id : {"both", "sound", "lips"}) {
    context.entries.push_back(&store->entry(id));
  }
  context.tokenizer = make_tokenizer("characters", english_characters());
  LoaderOptions options;
  Loader loader(options, context);
  loader.start(0, 0, {});
  const auto batch = loader.next();
  ASSERT_TRUE(batch.has_value());
  EXPECT_FALSE(loader.next().has_value());
  EXPECT_EQ(batch->lengths.frames(), (std::vector<int64_t>{6, 4, 5}));
  EXPECT_TRUE(batch->presence.equal(at::tensor({1.0F, 1.0F, 0.0F, 1.0F, 1.0F, 0.0F}).view({3, 2})));
  EXPECT_EQ(batch->lips[1].abs().sum().item<double>(), 0);
  EXPECT_EQ(batch->wave[2].abs().sum().item<double>(), 0);
  EXPECT_FALSE(batch->frame_classes.defined());
}

}  // namespace
}  // namespace sotto::datasets
