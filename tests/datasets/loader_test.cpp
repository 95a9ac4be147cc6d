#include "datasets/loader.h"

#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <ATen/ATen.h>

#include "common/error.h"
#include "tests/datasets/loader_fixture.h"

namespace sotto::datasets {
namespace {

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

TEST_F(LoaderTest, TheSameThreadsPrepareAllBatches) {
  for (const int64_t workers : {1, 3}) {
    std::mutex mutex;
    std::set<std::thread::id> threads;
    LoaderContext context = context_of(store_);
    context.evaluation_noise = [&](const ManifestEntry&, Wave&) {
      const std::lock_guard<std::mutex> lock(mutex);
      threads.insert(std::this_thread::get_id());
    };
    Loader loader(options_of(40, workers), context);
    for (int64_t number = 0; number < 4; ++number) {
      EXPECT_EQ(epoch(loader, number).size(), 12U);
    }
    EXPECT_LE(threads.size(), static_cast<size_t>(workers));
    EXPECT_EQ(threads.count(std::this_thread::get_id()), 0U);
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

TEST_F(LoaderTest, AnEvaluationComputesNoMoreAtOnceThanAPass) {
  LoaderOptions options = options_of(500);
  options.pass_frames = 80;
  Loader loader(options, context_of(store_));
  size_t clips = 0;
  for (const Batch& batch : epoch(loader, 0)) {
    EXPECT_LE(batch.lengths.batch() * batch.lengths.padded(), 80);
    clips += batch.ids.size();
  }
  EXPECT_EQ(clips, 12U);
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
          const bool fresh = steps.clips[step]
                                 .emplace(
                                     batch->ids[b],
                                     std::vector<at::Tensor>{
                                         batch->lips[row].narrow(0, 0, T),
                                         batch->wave[row].narrow(0, 0, 640 * T),
                                         batch->frame_classes[row].narrow(0, 0, T),
                                         batch->audio_weight[row],
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
