#include "experiments/heard_words.h"

#include <cmath>

#include "decoding/ctc.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

const datasets::Tokenizer& tokenizer() {
  static const auto made =
      datasets::make_tokenizer("characters", {"<blank>", "<space>", "a", "b", "c", "<eos>"});
  return *made;
}

constexpr int64_t kSpace = 1;
constexpr int64_t kA = 2;
constexpr int64_t kB = 3;

/// Frames that are certain, up to a share: 0.9 for the class, the rest for the others.
at::Tensor nearly_certain(const std::vector<int64_t>& classes, int64_t C) {
  at::Tensor rows = at::full({static_cast<int64_t>(classes.size()), C}, 0.1 / (C - 1));
  for (size_t t = 0; t < classes.size(); ++t) {
    rows[static_cast<int64_t>(t)][classes[t]] = 0.9;
  }
  return rows.log();
}

/// "a b" whose CTC says both words at once while their labels say them later.
FrameScores early() {
  FrameScores frames;
  frames.emission = nearly_certain({kA, kSpace, kB, 0, 0, 0, 0, 0}, 6);
  frames.labels = nearly_certain({0, 0, 0, 1, 1, 2, 2, 0}, 3);
  return frames;
}

std::vector<HeardWord> find(
    const FrameScores& frames,
    const std::vector<int64_t>& tokens,
    const std::vector<std::string>& label_words) {
  return find_words(frames, decoding::align_ctc(frames.emission, tokens), tokenizer(), label_words);
}

TEST(HeardWordsTest, TimesByCtc) {
  const auto words = find(early(), {kA, kSpace, kB}, {});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].word.word, "a");
  EXPECT_DOUBLE_EQ(words[0].word.start, 0);
  EXPECT_DOUBLE_EQ(words[0].word.end, 0.04);
  EXPECT_DOUBLE_EQ(words[1].word.start, 0.08);
  EXPECT_DOUBLE_EQ(words[1].word.end, 0.12);
  EXPECT_NEAR(words[1].evidence.tokens, 0.9, 1e-6);
  EXPECT_NEAR(words[1].word.score, std::log(0.9), 1e-6);
  EXPECT_TRUE(std::isnan(words[1].evidence.labels));
  EXPECT_TRUE(std::isnan(words[1].word.confidence));
}

TEST(HeardWordsTest, TimesByFrameLabels) {
  const auto words = find(early(), {kA, kSpace, kB}, {"a", "b"});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_DOUBLE_EQ(words[0].word.start, 0.12);
  EXPECT_DOUBLE_EQ(words[0].word.end, 0.2);
  EXPECT_DOUBLE_EQ(words[1].word.start, 0.2);
  EXPECT_DOUBLE_EQ(words[1].word.end, 0.28);
  EXPECT_NEAR(words[0].evidence.labels, 0.9, 1e-6);
  EXPECT_NEAR(words[1].evidence.tokens, 0.9, 1e-6);
  EXPECT_NEAR(words[1].word.score, std::log(0.9), 1e-6) << "of its frames by CTC";
}

TEST(HeardWordsTest, AWordThatLabelsDoNotKnow) {
  const auto words = find(early(), {kA, kSpace, kB}, {"a", "c"});
  EXPECT_NEAR(words[0].evidence.labels, 0.9, 1e-6);
  EXPECT_TRUE(std::isnan(words[1].evidence.labels));
  EXPECT_DOUBLE_EQ(words[1].word.start, 0.2)
      << "it takes the frames that are neither a nor silence";
  // Where labels know fewer than half of the words, CTC speaks.
  FrameScores frames = early();
  frames.emission = nearly_certain({kA, kSpace, kB, kSpace, kB, 0, 0, 0}, 6);
  const auto unknown = find(frames, {kA, kSpace, kB, kSpace, kB}, {"a", "c"});
  EXPECT_DOUBLE_EQ(unknown[0].word.start, 0);
  EXPECT_TRUE(std::isnan(unknown[0].evidence.labels));
}

TEST(HeardWordsTest, ReadingsAgree) {
  std::vector<HeardWord> words(2);
  words[0].word.word = "a";
  words[1].word.word = "b";
  // Weights 4 : 2 : 1 : 1; the fifth reading does not count.
  const double score = -3;
  const std::vector<decoding::Reading> readings = {
      {"a b", {}, score, {}},
      {"a c", {}, score - std::log(2), {}},
      {"c b", {}, score - std::log(4), {}},
      {"a", {}, score - std::log(4), {}},
      {"c c", {}, score - std::log(4), {}}};
  add_readings(readings, words);
  EXPECT_NEAR(words[0].evidence.readings, 7.0 / 8, 1e-12);
  EXPECT_NEAR(words[1].evidence.readings, 5.0 / 8, 1e-12);
  EXPECT_EQ(share_with_more(readings, words), 0);
}

TEST(HeardWordsTest, OneReadingSaysNothing) {
  std::vector<HeardWord> words(1);
  words[0].word.word = "a";
  add_readings({{"a", {}, -1, {}}}, words);
  EXPECT_TRUE(std::isnan(words[0].evidence.readings));
  EXPECT_EQ(share_with_more({{"a b", {}, -1, {}}}, words), 0);
}

TEST(HeardWordsTest, WhatReadingsSayBesides) {
  std::vector<HeardWord> words(1);
  words[0].word.word = "a";
  const std::vector<decoding::Reading> readings = {{"a b", {}, std::log(3), {}}, {"a", {}, 0, {}}};
  EXPECT_NEAR(share_with_more(readings, words), 0.75, 1e-12);
  add_readings(readings, words);
  EXPECT_NEAR(words[0].evidence.readings, 1, 1e-12);
}

TEST(HeardWordsTest, CalibratedWords) {
  std::vector<HeardWord> words(1);
  words[0].word = {"a", 0.5, 0.75, 0};
  words[0].evidence = {0.8, 0.5, 0.5};
  ModalityCalibration calibration;
  calibration.fitted = true;
  calibration.tokens = 0.5;
  calibration.start_shift_s = -0.25;
  const auto calibrated = calibrated_words(words, calibration, 1);
  EXPECT_NEAR(calibrated[0].confidence, 2.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(calibrated[0].start, 0.25);
}

}  // namespace
}  // namespace sotto::experiments
