#include "experiments/slot_accuracy.h"

#include <gtest/gtest.h>

namespace sotto::experiments {
namespace {

const std::vector<ScoredText>& texts() {
  static const std::vector<ScoredText> kTexts = {
      {"1", "bin blue", "bin blue"},
      {"2", "bin red", "bin blue"},
      {"3", "lay red", "bin red"},
      {"4", "lay red", "lay"},
      {"5", "lay", "lay red"},
  };
  return kTexts;
}

TEST(SlotAccuracyTest, ComparesByPositionAmongEqualLengths) {
  const SlotReport report = slot_accuracy(texts(), 2);
  EXPECT_EQ(report.counted, 3);
  EXPECT_EQ(report.left_out, 2);
  EXPECT_DOUBLE_EQ(report.slots[0].accuracy(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(report.slots[1].accuracy(), 2.0 / 3);
}

TEST(SlotAccuracyTest, CaseIsNoMistakeAndTheUsualLengthCounts) {
  EXPECT_EQ(slot_accuracy({{"1", "bin blue", "BIN Blue"}}, 2).slots[1].correct, 1);
  EXPECT_EQ(usual_slots(texts()), 2U);
  EXPECT_EQ(usual_slots({{"1", "bin", ""}, {"2", "bin red", ""}, {"3", "bin blue", ""}}), 2U);
  EXPECT_EQ(usual_slots({}), 0U);
}

TEST(SlotAccuracyTest, KnowsWhatAConstantAnswerReaches) {
  const SlotReport report = slot_accuracy(texts(), 2);
  EXPECT_DOUBLE_EQ(report.slots[0].floor(), 2.0 / 3);  // always "bin"
  EXPECT_DOUBLE_EQ(report.slots[1].floor(), 2.0 / 3);  // always "red"
}

TEST(SlotAccuracyTest, PrintsATable) {
  const std::string table = format_slots(slot_accuracy(texts(), 2), {"command", "colour"});
  EXPECT_EQ(
      table,
      "slot           command      colour\n"
      "right %           66.7        66.7\n"
      "floor %           66.7        66.7\n"
      "3 clips counted, 2 of another length left out\n");
  EXPECT_NE(format_slots(slot_accuracy({}, 1), {}).find("0.0"), std::string::npos);
}

}  // namespace
}  // namespace sotto::experiments
