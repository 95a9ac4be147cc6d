#include "experiments/score_reports.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "experiments/score_files.h"
#include "experiments/score_json.h"
#include "experiments/score_lines.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

constexpr char kReport[] = R"({"version": 1, "text_rules": "english-1", "results": [
  {"modality": "v", "snr_db": null, "clips": [
    {"id": "1", "reference": "a b", "hypothesis": "a", "talker": "s", "seconds": 2.5}]},
  {"modality": "a", "snr_db": null, "clips": [{"id": "1", "reference": "a b", "hypothesis": "b"}]},
  {"modality": "a", "snr_db": -5.0, "clips": [
    {"id": "1", "reference": "a b", "hypothesis": "c", "repetition": 0},
    {"id": "1", "reference": "a b", "hypothesis": "a b", "repetition": 1}]}]})";

class ScoreReportsTest : public testing::Test {
 protected:
  ScoreReportsTest() { write_file(path_, kReport); }

  std::string fault_of(const std::string& reference, const std::string& hypothesis) const {
    try {
      read_scored_texts(reference, hypothesis);
    } catch (const DataError& fault) {
      return fault.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "report.json";
};

TEST_F(ScoreReportsTest, AReportIsBothSides) {
  const ScoredFiles files = read_scored_texts(path_ + "#v", path_ + "#v");
  ASSERT_EQ(files.texts.size(), 1U);
  EXPECT_EQ(files.texts[0].reference, "a b");
  EXPECT_EQ(files.texts[0].hypothesis, "a");
  EXPECT_EQ(files.texts[0].talker, "s");
  EXPECT_EQ(files.texts[0].seconds, 2.5);
  EXPECT_EQ(files.text_rules, "english-1");
  write_file(folder_ / "ref", "1\tb\n");
  EXPECT_EQ(read_scored_texts(folder_ / "ref", path_ + "#a:clean").texts[0].hypothesis, "b");
  EXPECT_EQ(read_scored_texts(path_ + "#v", "").texts.size(), 1U);
  EXPECT_THROW(read_scored_texts(folder_ / "ref", ""), ConfigError);
}

TEST_F(ScoreReportsTest, RepetitionsAreClipsOfTheirOwn) {
  const ScoredFiles files = read_scored_texts(path_ + "#a:-5", path_ + "#a:-5");
  ASSERT_EQ(files.texts.size(), 2U);
  EXPECT_EQ(files.texts[1].id, "1");
  EXPECT_EQ(files.texts[1].repetition, 1);
  EXPECT_EQ(files.texts[1].hypothesis, "a b");
  const auto [reference, hypothesis] = write_trn(files.texts);
  EXPECT_EQ(reference, "a b (1)\na b (1-1)\n");
  EXPECT_EQ(hypothesis, "c (1)\na b (1-1)\n");
}

TEST_F(ScoreReportsTest, AResultHasToBeChosen) {
  const std::string all = "; there are: v:clean, a:clean, a:-5";
  const std::string choose = path_ + ": choose a result by " + path_ + "#RESULT" + all;
  EXPECT_EQ(fault_of(path_, path_ + "#v"), choose);
  EXPECT_EQ(fault_of(path_ + "#a", path_ + "#a"), choose);
  EXPECT_EQ(fault_of(path_ + "#av", path_ + "#av"), choose);
  EXPECT_EQ(fault_of(path_ + "#v:clean", path_ + "#v"), "");
}

TEST_F(ScoreReportsTest, WhatIsNoReport) {
  write_file(folder_ / "lines", "1\ta\n");
  EXPECT_EQ(
      fault_of(folder_ / "lines#av", folder_ / "lines"),
      folder_ / "lines#av" + ": only a report of sotto evaluate has results to choose");
  write_file(folder_ / "odd#name", "1\ta\n");
  EXPECT_EQ(fault_of(folder_ / "odd#name", folder_ / "lines"), "");
  write_file(folder_ / "new.json", R"({"version": 2, "results": []})");
  EXPECT_EQ(
      fault_of(folder_ / "new.json", path_),
      folder_ / "new.json" + ": expected a report of version 1");
  write_file(folder_ / "bare.json", R"({"version": 1, "results": [{"modality": "v"}]})");
  EXPECT_NE(
      fault_of(folder_ / "bare.json", path_).find("expected a report of sotto evaluate"),
      std::string::npos);
}

TEST_F(ScoreReportsTest, ScoresNameTheRulesOfTheirTexts) {
  ScoreRemarks remarks;
  remarks.text_rules = "english-1";
  remarks.words = Interval{0.25, 0.5};
  const auto json = nlohmann::json::parse(write_score_json(score({{"1", "a", "a"}}), {}, remarks));
  EXPECT_EQ(json.at("text_rules"), "english-1");
  EXPECT_EQ(json.at("words").at("interval").at(1), 0.5);
  EXPECT_FALSE(json.at("characters").contains("interval"));
  EXPECT_FALSE(
      nlohmann::json::parse(write_score_json(score({{"1", "a", "a"}}), {})).contains("text_rules"));
}

TEST(WriteTrnTest, RefusesWhatScliteWouldReadOtherwise) {
  EXPECT_THROW(write_trn({{"a b", "x", "x"}}), DataError);
  EXPECT_THROW(write_trn({{"a)", "x", "x"}}), DataError);
  EXPECT_THROW(write_trn({{"a", "{ x / y }", "x"}}), DataError);
}

}  // namespace
}  // namespace sotto::experiments
