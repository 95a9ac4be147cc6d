#include "experiments/calibration.h"

#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::experiments {
namespace {

ModalityCalibration fitted(double bias, double tokens, double readings, double labels) {
  ModalityCalibration calibration;
  calibration.fitted = true;
  calibration.bias = bias;
  calibration.tokens = tokens;
  calibration.readings = readings;
  calibration.labels = labels;
  return calibration;
}

TEST(CalibrationTest, LogitsAreHeldWithinNinetyNineToOne) {
  EXPECT_DOUBLE_EQ(bounded_logit(0.5), 0);
  EXPECT_NEAR(bounded_logit(0.8), std::log(4), 1e-12);
  EXPECT_NEAR(bounded_logit(1), std::log(99), 1e-12);
  EXPECT_NEAR(bounded_logit(0), -std::log(99), 1e-12);
  EXPECT_DOUBLE_EQ(bounded_logit(0.999), bounded_logit(1));
}

TEST(CalibrationTest, AConfidenceByHand) {
  const WordEvidence evidence = {0.8, 0.5, 0.9};
  // 0.1 + 0.5 log 4 + 2 * 0 + 1 log 9 = log(e^0.1 * 2 * 9)
  const double odds = std::exp(0.1) * 2 * 9;
  EXPECT_NEAR(confidence_of(evidence, fitted(0.1, 0.5, 2, 1)), odds / (1 + odds), 1e-12);
  EXPECT_DOUBLE_EQ(confidence_of(evidence, {}), 0.8) << "not fitted: the tokens' posterior";
}

TEST(CalibrationTest, WhatIsNotKnownSpeaksAsTheTokensDo) {
  const WordEvidence evidence = {0.8, WordEvidence::kUnknown, WordEvidence::kUnknown};
  EXPECT_NEAR(confidence_of(evidence, fitted(0, 0.25, 0.25, 0.5)), 0.8, 1e-12);
}

TEST(CalibrationTest, ModalitiesByName) {
  CalibrationOptions options;
  options.of("v").bias = 1;
  options.of("a").bias = 2;
  options.of("av").bias = 3;
  EXPECT_EQ(options.v.bias, 1);
  EXPECT_EQ(options.a.bias, 2);
  EXPECT_EQ(options.av.bias, 3);
  EXPECT_FALSE(options.any());
  options.a.fitted = true;
  EXPECT_TRUE(options.any());
  EXPECT_THROW(options.of("x"), Error);
}

TEST(CalibrationTest, AsYaml) {
  CalibrationOptions options;
  options.v = fitted(0.5, 1.25, 0, 0.75);
  options.v.start_shift_s = -0.04;
  CalibrationOptions again;
  read_yaml(write_yaml(options), "yaml", {}, again);
  EXPECT_EQ(write_yaml(again), write_yaml(options));
  EXPECT_THROW(read_yaml("v: {tokens: -1}", "yaml", {}, again), ConfigError);
}

TEST(CalibrationTest, TimesAreShiftedWithinTheClip) {
  ModalityCalibration calibration;
  calibration.start_shift_s = -0.25;
  calibration.end_shift_s = 0.125;
  std::vector<decoding::Word> words = {
      {"a", 0.125, 0.5, 1}, {"b", 0.75, 1.0, 1}, {"c", 2.0, 2.9375, 1}};
  shift_times(words, calibration, 3.0);
  EXPECT_DOUBLE_EQ(words[0].start, 0);     // not before the clip
  EXPECT_DOUBLE_EQ(words[0].end, 0.5625);  // 0.625 and the next start, 0.5, meet halfway
  EXPECT_DOUBLE_EQ(words[1].start, 0.5625);
  EXPECT_DOUBLE_EQ(words[1].end, 1.125);
  EXPECT_DOUBLE_EQ(words[2].start, 1.75);
  EXPECT_DOUBLE_EQ(words[2].end, 3.0);  // nor behind it
}

TEST(CalibrationTest, AnyShiftLeavesTimesInOrder) {
  for (const double start : {-0.3, 0.0, 0.3}) {
    for (const double end : {-0.3, 0.0, 0.3}) {
      ModalityCalibration calibration;
      calibration.start_shift_s = start;
      calibration.end_shift_s = end;
      std::vector<decoding::Word> words = {
          {"a", 0, 0.04, 1}, {"b", 0.04, 0.08, 1}, {"c", 0.08, 0.6, 1}, {"d", 0.9, 1.0, 1}};
      shift_times(words, calibration, 1.0);
      double before = 0;
      for (const decoding::Word& word : words) {
        EXPECT_LE(before, word.start);
        EXPECT_LE(word.start, word.end);
        EXPECT_LE(word.end, 1.0);
        before = word.end;
      }
    }
  }
}

}  // namespace
}  // namespace sotto::experiments
