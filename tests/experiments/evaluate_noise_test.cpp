#include "experiments/evaluate_noise.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/speech_store.h"

namespace sotto::experiments {
namespace {

const std::vector<Voice> kVoices = {{"a", 100}, {"b", 50}, {"c", 7}};

std::string text_of(const ClipNoise& noise) {
  NoiseManifest manifest;
  manifest.add(noise);
  return manifest.lines();
}

TEST(NoiseManifestTest, ADrawDependsOnItsConditionAlone) {
  const std::string drawn = text_of(draw_babble(kVoices, 6, 1, "a", -5, 0));
  EXPECT_EQ(text_of(draw_babble(kVoices, 6, 1, "a", -5, 0)), drawn);
  EXPECT_NE(text_of(draw_babble(kVoices, 6, 2, "a", -5, 0)), drawn);
  EXPECT_NE(text_of(draw_babble(kVoices, 6, 1, "a", -5, 1)), drawn);
  const auto parts = [](const ClipNoise& noise) {
    std::string text;
    for (const NoisePart& part : noise.parts) {
      text += part.source + std::to_string(part.start) + " ";
    }
    return text;
  };
  EXPECT_NE(
      parts(draw_babble(kVoices, 6, 1, "a", -5, 0)), parts(draw_babble(kVoices, 6, 1, "a", 5, 0)));
  EXPECT_EQ(
      parts(draw_babble(kVoices, 6, 1, "a", 0.0, 0)),
      parts(draw_babble(kVoices, 6, 1, "a", -0.0, 0)));
}

TEST(NoiseManifestTest, NobodyBabblesOverThemselves) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const ClipNoise noise = draw_babble(kVoices, 6, seed, "a", 0, 0);
    ASSERT_EQ(noise.parts.size(), 6U);
    for (const NoisePart& part : noise.parts) {
      EXPECT_NE(part.source, "a");
      EXPECT_LT(part.start, part.source == "b" ? 50 : 7);
    }
  }
  EXPECT_THROW(draw_babble({{"a", 5}}, 6, 1, "a", 0, 0), DataError);
  EXPECT_THROW(draw_babble({}, 6, 1, "a", 0, 0), DataError);
  EXPECT_THROW(draw_recording({"x.wav", 0}, 1, "a", 0, 0), DataError);
}

TEST(NoiseManifestTest, LinesAreReadAsTheyWereWritten) {
  NoiseManifest manifest;
  manifest.add(draw_babble(kVoices, 2, 1, "z", -5.25, 0));
  manifest.add(draw_babble(kVoices, 2, 1, "a", 0, 1));
  manifest.add(draw_recording({"rain.flac", 1000}, 1, "a", 0, 0));
  const std::string lines = manifest.lines();
  EXPECT_EQ(lines.find(R"({"clip":"a","snr_db":0.0,"repetition":0,"kind":"recording",)"), 0U);
  const NoiseManifest again = NoiseManifest::parse(lines, "noise.jsonl");
  EXPECT_EQ(again.lines(), lines);
  EXPECT_EQ(again.recordings(), std::vector<std::string>{"rain.flac"});
  EXPECT_FALSE(again.find("a", -0.0, 0).babble);
  EXPECT_EQ(again.find("z", -5.25, 0).parts.size(), 2U);
}

std::string fault_of(const std::string& lines) {
  try {
    NoiseManifest::parse(lines, "n").find("a", 1, 0);
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "";
}

TEST(NoiseManifestTest, Faults) {
  const std::string good =
      R"({"clip":"a","snr_db":1,"repetition":0,"kind":"babble","voices":[{"id":"b","start":3}]})"
      "\n";
  EXPECT_EQ(fault_of(good), "");
  EXPECT_EQ(fault_of(good + good), "n:2: a at 1 dB, repetition 0 has two noises");
  EXPECT_EQ(
      fault_of(""),
      "n: expected a noise of a at 1 dB, repetition 0, found none; name another file to draw anew");
  EXPECT_EQ(fault_of("{}\n").find("n:1: expected a noise as JSON: "), 0U);
  EXPECT_EQ(
      fault_of(R"({"clip":"a","snr_db":1,"repetition":0,"kind":"rain"})"),
      "n:1: kind: expected babble or recording, got 'rain'");
  EXPECT_EQ(
      fault_of(
          R"({"clip":"a","snr_db":1,"repetition":0,"kind":"recording","file":"x","start":-1})"),
      "n:1: start: expected a sample, 0 or more");
}

class EvaluateNoiseTest : public testing::Test {
 protected:
  EvaluateNoiseTest() {
    tests::write_speech_store(folder_ / "store");
    store_ = std::make_shared<const datasets::Store>(folder_ / "store");
    options_.store = folder_ / "store";
    options_.snr_db = {0, -10};
    options_.repetitions = 2;
    for (const datasets::ManifestEntry& entry : store_->manifest()) {
      entries_.push_back(&entry);
    }
  }

  /// Clip 3 with its noise.
  datasets::Wave noisy(double snr_db, int64_t repetition) {
    auto clips = std::make_shared<datasets::ClipCache>(store_, 16);
    datasets::Wave wave = clips->get(*entries_[3])->wave;
    EvaluationNoises(options_, clips, entries_).in(snr_db, repetition)(*entries_[3], wave);
    return wave;
  }

  TemporaryFolder folder_;
  std::shared_ptr<const datasets::Store> store_;
  std::vector<const datasets::ManifestEntry*> entries_;
  EvaluateOptions options_;
};

TEST_F(EvaluateNoiseTest, ZeroDecibelsAreAsMuchNoiseAsSpeech) {
  const datasets::Wave speech = store_->load(*entries_[3]).wave;
  const datasets::Wave mixed = noisy(0, 0);
  double of_speech = 0;
  double of_noise = 0;
  for (size_t i = 0; i < speech.size(); ++i) {
    of_speech += static_cast<double>(speech[i]) * speech[i];
    of_noise += std::pow(static_cast<double>(mixed[i]) - speech[i], 2);
  }
  EXPECT_NEAR(of_noise / of_speech, 1, 1e-5);
}

TEST_F(EvaluateNoiseTest, TheOrderOfTheClipsChangesNothing) {
  const datasets::Wave wave = noisy(-10, 1);
  std::reverse(entries_.begin(), entries_.end());
  std::swap(entries_[3], entries_[6]);
  EXPECT_EQ(noisy(-10, 1), wave);
  EXPECT_NE(noisy(-10, 0), wave);
}

TEST_F(EvaluateNoiseTest, AManifestIsWrittenAndThenRead) {
  const datasets::Wave drawn = noisy(-10, 1);
  options_.noise_manifest = folder_ / "noise.jsonl";
  EXPECT_EQ(noisy(-10, 1), drawn);
  const std::string lines = read_file(options_.noise_manifest);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 40) << "10 clips, 2 ratios, 2 draws";
  options_.seed = 7;  // what is written counts
  EXPECT_EQ(noisy(-10, 1), drawn);
  options_.repetitions = 3;
  EXPECT_THROW(noisy(-10, 1), DataError) << "told before anything is transcribed";
  options_.repetitions = 2;
  std::string unknown = lines;
  const size_t voice = unknown.find("{\"id\":\"clip");
  unknown.replace(voice, 11, "{\"id\":\"clop");
  write_file(options_.noise_manifest, unknown);
  EXPECT_THROW(noisy(-10, 1), DataError);
}

TEST_F(EvaluateNoiseTest, BabbleIsOfClipsThatAreNotEvaluated) {
  entries_.resize(4);
  options_.noise_manifest = folder_ / "noise.jsonl";
  noisy(0, 0);
  const NoiseManifest manifest =
      NoiseManifest::parse(read_file(options_.noise_manifest), "noise.jsonl");
  for (const NoisePart& part : manifest.find(entries_[3]->id, 0, 0).parts) {
    for (const datasets::ManifestEntry* entry : entries_) {
      EXPECT_NE(part.source, entry->id);
    }
  }
}

}  // namespace
}  // namespace sotto::experiments
