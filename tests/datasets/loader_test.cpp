#include "datasets/loader.h"

#include <cmath>
#include <map>
#include <set>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets {
namespace {

using tests::clock_utterance;

/// Twelve sentences of one talker, "set|lay red|blue at|by" with a pause between words, whose
/// places in time differ. Their clocks are 40 apart where that fits.
std::vector<Utterance> sentences() {
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

  static TemporaryFolder* folder_;
  static std::shared_ptr<const Store> store_;
};

TemporaryFolder* LoaderTest::folder_ = nullptr;
std::shared_ptr<const Store> LoaderTest::store_;

TEST_F(LoaderTest, BatchesDoNotDependOnTheNumberOfWorkers) {
  Loader one(options_of(120, 1), noisy_context(), everything(), babble());
  Loader three(options_of(120, 3), noisy_context(), everything(), babble());
  for (const int64_t number : {0, 1, 100000}) {
    const auto a = epoch(one, number);
    const auto b = epoch(three, number);
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      expect_equal(a[i], b[i]);
    }
  }
}

TEST_F(LoaderTest, AnEpochCanBeginAtAnyBatch) {
  Loader loader(options_of(70), noisy_context(), everything(), babble());
  const auto whole = epoch(loader, 4);
  ASSERT_GT(whole.size(), 3U);
  for (size_t first = 0; first <= whole.size(); ++first) {
    Loader fresh(options_of(70), noisy_context(), everything(), babble());
    const auto rest = epoch(fresh, 4, static_cast<int64_t>(first));
    for (size_t i = 0; i < rest.size(); ++i) {
      expect_equal(rest[i], whole[first + i]);
    }
  }
}

TEST_F(LoaderTest, AnEpochCanBeLeftAndBegunAgain) {
  Loader loader(options_of(70, 3), noisy_context(), everything(), babble());
  const auto whole = epoch(loader, 0);
  loader.start(1, 0, {});
  loader.next();
  const auto again = epoch(loader, 0);
  ASSERT_EQ(again.size(), whole.size());
  expect_equal(again.back(), whole.back());
}

TEST_F(LoaderTest, EveryClipOnceAnEpochWithinTheBudget) {
  for (const int64_t frames : {1, 40, 75, 200, 10000}) {
    Loader loader(options_of(frames), context_of(store_), AugmentOptions(), NoiseOptions());
    std::set<std::string> seen;
    for (const Batch& batch : epoch(loader, 2)) {
      const auto B = static_cast<int64_t>(batch.ids.size());
      EXPECT_TRUE(B == 1 || B * batch.lengths.padded() <= frames);
      EXPECT_EQ(batch.lips.sizes(), (std::vector<int64_t>{B, batch.lengths.padded(), 1, 8, 8}));
      EXPECT_EQ(batch.wave.sizes(), (std::vector<int64_t>{B, 640 * batch.lengths.padded(), 1}));
      for (const std::string& id : batch.ids) {
        EXPECT_TRUE(seen.insert(id).second) << id;
      }
    }
    EXPECT_EQ(seen.size(), 12U);
  }
}

TEST_F(LoaderTest, EpochsDiffer) {
  Loader loader(options_of(120), context_of(store_), AugmentOptions(), NoiseOptions());
  std::vector<std::string> orders;
  for (int64_t number = 0; number < 4; ++number) {
    std::string order;
    for (const Batch& batch : epoch(loader, number)) {
      for (const std::string& id : batch.ids) {
        order += id + " ";
      }
    }
    orders.push_back(order);
  }
  EXPECT_EQ(std::set<std::string>(orders.begin(), orders.end()).size(), 4U);
}

TEST_F(LoaderTest, EvaluationKeepsTheOrderAndTheClips) {
  LoaderContext context = context_of(store_);
  std::reverse(context.entries.begin(), context.entries.end());
  Loader loader(options_of(100), context);
  size_t place = 0;
  for (const Batch& batch : epoch(loader, 0)) {
    for (size_t b = 0; b < batch.ids.size(); ++b, ++place) {
      const ManifestEntry& entry = *context.entries[place];
      EXPECT_EQ(batch.ids[b], entry.id);
      EXPECT_EQ(batch.texts[b], entry.text);
      EXPECT_EQ(batch.lengths.frames()[b], entry.frames);
      const Utterance clip = store_->load(entry);
      const auto row = static_cast<int64_t>(b);
      for (int64_t t = 0; t < entry.frames; ++t) {
        EXPECT_NEAR(
            batch.lips[row][t][0][3][3].item<double>() * 255,
            clip.crops.at("lips").pixels[static_cast<size_t>(t * 96 * 96)],
            1e-4);
      }
    }
  }
  EXPECT_EQ(place, context.entries.size());
}

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

/// What every step of an epoch gives of each clip, by step and id, over all processes.
struct Steps {
  std::vector<std::map<std::string, std::vector<at::Tensor>>> clips;
  std::vector<size_t> passes;  ///< of each step, the same in every process
  int64_t stand_ins = 0;
};

TEST_F(LoaderTest, ProcessesAndPassesShareTheStepsOfOne) {
  const auto steps_of = [](int64_t processes, int64_t pass_frames) {
    Steps steps;
    for (int64_t rank = 0; rank < processes; ++rank) {
      LoaderContext context = noisy_context();
      context.rank = rank;
      context.processes = processes;
      LoaderOptions options = options_of(150, 2);
      options.pass_frames = pass_frames;
      Loader loader(options, context, everything(), babble());
      const int64_t count = loader.start(3, 0, [](int64_t) { return Phase{true, -5.0}; });
      steps.clips.resize(static_cast<size_t>(count));
      std::vector<size_t> passes = {0};
      while (const auto batch = loader.next()) {
        const size_t step = passes.size() - 1;
        ++passes.back();
        if (batch->ends_step) {
          passes.push_back(0);
        }
        EXPECT_TRUE(batch->lips.defined() && batch->wave.defined());
        if (batch->stand_in) {
          EXPECT_FALSE(batch->lengths.counts());
          ++steps.stand_ins;
          continue;
        }
        for (size_t b = 0; b < batch->ids.size(); ++b) {
          const auto row = static_cast<int64_t>(b);
          const int64_t T = batch->lengths.frames()[b];
          const bool fresh =
              steps.clips[step]
                  .emplace(
                      batch->ids[b],
                      std::vector<at::Tensor>{
                          batch->lips[row].narrow(0, 0, T), batch->wave[row].narrow(0, 0, 640 * T),
                          batch->frame_classes[row].narrow(0, 0, T), batch->audio_weight[row],
                          at::tensor(batch->clips_of_step)})
                  .second;
          EXPECT_TRUE(fresh) << batch->ids[b];
        }
      }
      passes.pop_back();
      EXPECT_TRUE(rank == 0 || passes == steps.passes);
      steps.passes = passes;
    }
    return steps;
  };
  const Steps one = steps_of(1, 0);
  ASSERT_GT(one.clips.size(), 2U);
  for (const auto& [processes, pass_frames] :
       std::vector<std::pair<int64_t, int64_t>>{{2, 0}, {3, 0}, {1, 70}, {2, 40}, {5, 0}}) {
    const Steps several = steps_of(processes, pass_frames);
    ASSERT_EQ(several.clips.size(), one.clips.size());
    for (size_t step = 0; step < one.clips.size(); ++step) {
      ASSERT_EQ(several.clips[step].size(), one.clips[step].size());
      for (const auto& [id, tensors] : one.clips[step]) {
        ASSERT_EQ(several.clips[step].count(id), 1U);
        for (size_t i = 0; i < tensors.size(); ++i) {
          EXPECT_TRUE(several.clips[step].at(id)[i].equal(tensors[i])) << id << " " << i;
        }
        EXPECT_EQ(tensors[4].item<int64_t>(), static_cast<int64_t>(one.clips[step].size()));
      }
    }
    EXPECT_EQ(processes == 5, several.stand_ins > 0);
  }
}

TEST_F(LoaderTest, ProcessesShareAnEvaluationByBatches) {
  std::vector<std::string> ids;
  for (int64_t rank = 0; rank < 2; ++rank) {
    LoaderContext context = context_of(store_);
    context.rank = rank;
    context.processes = 2;
    Loader loader(options_of(70), context);
    loader.start(0, 0, {});
    while (const auto batch = loader.next()) {
      EXPECT_FALSE(batch->stand_in);
      ids.insert(ids.end(), batch->ids.begin(), batch->ids.end());
    }
  }
  EXPECT_EQ(ids.size(), 12U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 12U);
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

#ifndef SOTTO_NO_MEDIA
TEST(LoaderOfDamagedClipsTest, ThrowsOnceAndEndsCleanly) {
  const TemporaryFolder folder;
  tests::write_store(
      folder.path(), {clock_utterance("good", 0, 6), clock_utterance("worse", 50, 6)});
  write_file(folder / "clips/worse.mkv", "this is no clip");
  const auto store = std::make_shared<const Store>(folder.path());
  LoaderContext context;
  context.clips = std::make_shared<ClipCache>(store, 10);
  context.entries = {&store->entry("worse"), &store->entry("good")};
  context.tokenizer = make_tokenizer("characters", english_characters());
  LoaderOptions options;
  options.frames = 6;
  {
    Loader loader(options, context);
    loader.start(0, 0, {});
    EXPECT_THROW(loader.next(), DataError);
  }
  Loader loader(options, context);
  loader.start(0, 0, {});
  EXPECT_THROW(loader.next(), DataError);
  const auto good = loader.next();
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(good->ids, std::vector<std::string>{"good"});
}
#endif

}  // namespace
}  // namespace sotto::datasets
