#include "experiments/confidence_fit.h"

#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/random.h"

namespace sotto::experiments {
namespace {

double logistic(double logit) {
  return 1 / (1 + std::exp(-logit));
}

/// Words whose evidence is random and which are right as often as the calibration says.
std::vector<JudgedEvidence> drawn(const ModalityCalibration& truth, int64_t count) {
  Random random(7);
  std::vector<JudgedEvidence> words;
  for (int64_t i = 0; i < count; ++i) {
    const WordEvidence evidence = {
        logistic(random.uniform(-4, 4)),
        logistic(random.uniform(-4, 4)),
        logistic(random.uniform(-4, 4))};
    words.push_back({evidence, random.uniform(0, 1) < confidence_of(evidence, truth)});
  }
  return words;
}

TEST(ConfidenceFitTest, FindsTheParametersThatWordsWereDrawnFrom) {
  ModalityCalibration truth;
  truth.fitted = true;
  truth.bias = -0.5;
  truth.tokens = 1.2;
  truth.readings = 0.4;
  truth.labels = 0.8;
  const ModalityCalibration found = fit_confidence(drawn(truth, 20000));
  EXPECT_TRUE(found.fitted);
  EXPECT_NEAR(found.bias, truth.bias, 0.08);
  EXPECT_NEAR(found.tokens, truth.tokens, 0.06);
  EXPECT_NEAR(found.readings, truth.readings, 0.05);
  EXPECT_NEAR(found.labels, truth.labels, 0.06);
  EXPECT_EQ(found.start_shift_s, 0);
}

TEST(ConfidenceFitTest, ABiasByHand) {
  // Evidence of one half has the logit 0: only the bias can say that 3 of 4 are right.
  std::vector<JudgedEvidence> words;
  for (int i = 0; i < 40; ++i) {
    words.push_back({{0.5, 0.5, 0.5}, i % 4 != 0});
  }
  const ModalityCalibration found = fit_confidence(words);
  EXPECT_NEAR(found.bias, std::log(3), 1e-4);
  EXPECT_EQ(found.tokens, 0);
  EXPECT_EQ(found.readings, 0);
  EXPECT_EQ(found.labels, 0);
}

TEST(ConfidenceFitTest, WordsThatEvidencePartsKeepFiniteWeights) {
  // Perfectly separable: without the penalty the weight would grow for ever. One weight w of the
  // logit x = log 99, 20 words a side: its equation is 40 x sigma(-w x) = w.
  std::vector<JudgedEvidence> words;
  for (int i = 0; i < 40; ++i) {
    const double share = i % 2;
    words.push_back({{share, WordEvidence::kUnknown, WordEvidence::kUnknown}, i % 2 == 1});
  }
  const ModalityCalibration found = fit_confidence(words);
  const double x = std::log(99);
  EXPECT_NEAR(40 * x * logistic(-found.tokens * x), found.tokens, 1e-2);
  EXPECT_NEAR(found.bias, 0, 1e-3);
  EXPECT_EQ(found.readings, 0) << "no word has it";
  EXPECT_EQ(found.labels, 0);
}

TEST(ConfidenceFitTest, EvidenceAgainstItselfIsLeftOut) {
  ModalityCalibration truth;
  truth.fitted = true;
  truth.tokens = 1.5;
  truth.readings = -1;
  const ModalityCalibration found = fit_confidence(drawn(truth, 20000));
  EXPECT_GT(found.tokens, 0.5);
  EXPECT_EQ(found.readings, 0);
  EXPECT_EQ(found.labels, 0) << "worth less than 0.05";
}

TEST(ConfidenceFitTest, TooFewErrors) {
  std::vector<JudgedEvidence> words(100, {{0.9, 0.9, 0.9}, true});
  for (int i = 0; i < 9; ++i) {
    words[static_cast<size_t>(i)].right = false;
  }
  try {
    fit_confidence(words);
    FAIL() << "nine wrong words were enough";
  } catch (const DataError& fault) {
    EXPECT_STREQ(
        fault.what(),
        "calibration: expected at least 10 right and as many wrong words, got 91 and 9; take more "
        "clips, or noise that makes errors");
  }
}

}  // namespace
}  // namespace sotto::experiments
