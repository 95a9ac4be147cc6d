#include "experiments/score_table.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "experiments/score_alignment.h"
#include "experiments/score_json.h"

namespace sotto::experiments {
namespace {

const std::vector<ScoredText>& texts() {
  static const std::vector<ScoredText> kTexts = {
      {"s2-a", "a b c d", "a x c", "s2"},
      {"s1-a", "the cat sat", "the bat sat down", "s1"},
      {"s2-b", "e", "e", "s2"},
      {"s1-b", "", "uh", "s1"},
  };
  return kTexts;
}

TEST(ScoreTableTest, HasScliteColumns) {
  EXPECT_EQ(
      format_score(score({{"x", "a b c d", "a x c"}})),
      "%              Snt      Wrd    Corr     Sub     Del     Ins     Err   S.Err\n"
      "words            1        4   50.00   25.00   25.00    0.00   50.00  100.00\n"
      "characters       1        7   57.14   14.29   28.57    0.00   42.86  100.00\n");
}

TEST(ScoreTableTest, SumsByTalker) {
  const ScoreReport report = score(texts());
  const std::vector<ScoreRow> rows = talker_rows(report, ScoreUnit::kWords);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "s1");
  EXPECT_EQ(rows[0].sentences, 2);
  EXPECT_EQ(rows[0].wrong_sentences, 2);
  EXPECT_EQ(rows[0].counts.substitutions, 1);
  EXPECT_EQ(rows[0].counts.insertions, 2);
  EXPECT_EQ(rows[1].name, "s2");
  EXPECT_EQ(rows[1].wrong_sentences, 1);
  EXPECT_EQ(rows[1].counts.correct, 3);
  EXPECT_EQ(
      format_rows(rows),
      "%              Snt      Wrd    Corr     Sub     Del     Ins     Err   S.Err\n"
      "s1               2        3   66.67   33.33    0.00   66.67  100.00  100.00\n"
      "s2               2        5   60.00   20.00   20.00    0.00   40.00   50.00\n");
}

TEST(ScoreTableTest, LongAndWideNamesKeepTheColumns) {
  ScoreRow wide;
  wide.name = "说话人一号甲";  // twelve columns
  ScoreRow narrow;
  narrow.name = "a";
  const std::string table = format_rows({wide, narrow});
  EXPECT_NE(table.find("\n说话人一号甲       0"), std::string::npos) << table;
  EXPECT_NE(table.find("\na                  0"), std::string::npos) << table;
}

TEST(ScoreTableTest, SentencesAreWrongInTheUnitThatIsCounted) {
  // Parted otherwise: the words are wrong, the characters without blanks are not.
  ScoreOptions mandarin;
  mandarin.count_spaces = false;
  const ScoreReport report = score({{"x", "你好 吗", "你 好吗"}}, mandarin);
  EXPECT_EQ(total_row(report, ScoreUnit::kWords).wrong_sentences, 1);
  EXPECT_EQ(total_row(report, ScoreUnit::kCharacters).wrong_sentences, 0);
  EXPECT_EQ(total_row(report, ScoreUnit::kCharacters).counts.correct, 3);
}

TEST(ScoreAlignmentTest, LooksLikeSclites) {
  EXPECT_EQ(
      format_alignment(texts()[1], ScoreUnit::kWords),
      "id: (s1-a)\n"
      "Scores: (#C #S #D #I) 2 1 0 1\n"
      "REF:  the CAT sat ****\n"
      "HYP:  the BAT sat DOWN\n"
      "Eval:     S       I\n\n");
  EXPECT_EQ(
      format_alignment({"x", "b a", "a"}, ScoreUnit::kWords),
      "id: (x)\nScores: (#C #S #D #I) 1 0 1 0\nREF:  B a\nHYP:  * a\nEval: D\n\n");
  ScoreOptions mandarin;
  mandarin.count_spaces = false;
  EXPECT_EQ(
      format_alignment({"x", "你 好", "你们好"}, ScoreUnit::kCharacters, mandarin),
      "id: (x)\nScores: (#C #S #D #I) 2 0 0 1\n"
      "REF:  你 ** 好\n"
      "HYP:  你 们 好\n"
      "Eval:    I\n\n");
  EXPECT_EQ(
      format_alignment({"x", "", ""}, ScoreUnit::kWords),
      "id: (x)\nScores: (#C #S #D #I) 0 0 0 0\nREF:\nHYP:\nEval:\n\n");
}

TEST(ScoreJsonTest, HasTheDocumentedKeys) {
  const nlohmann::json json = nlohmann::json::parse(write_score_json(score(texts()), {}));
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("costs"), "uniform");
  EXPECT_EQ(json.at("blanks_counted"), true);
  EXPECT_EQ(json.at("words").at("sentences"), 4);
  EXPECT_EQ(json.at("words").at("wrong_sentences"), 3);
  EXPECT_EQ(json.at("words").at("reference"), 8);
  EXPECT_EQ(json.at("words").at("correct"), 5);
  EXPECT_EQ(json.at("words").at("substitutions"), 2);
  EXPECT_EQ(json.at("words").at("deletions"), 1);
  EXPECT_EQ(json.at("words").at("insertions"), 2);
  EXPECT_EQ(json.at("words").at("errors"), 5);
  EXPECT_EQ(json.at("words").at("error_rate"), 5.0 / 8);
  EXPECT_EQ(json.at("talkers").at(1).at("talker"), "s2");
  EXPECT_EQ(json.at("talkers").at(1).at("words").at("errors"), 2);
  EXPECT_EQ(json.at("clips").at(3).at("id"), "s1-b");
  EXPECT_EQ(json.at("clips").at(3).at("talker"), "s1");
  EXPECT_EQ(json.at("clips").at(3).at("characters").at("insertions"), 2);
  const nlohmann::json empty = nlohmann::json::parse(write_score_json(score({{"x", "", "y"}}), {}));
  EXPECT_TRUE(empty.at("words").at("error_rate").is_null());
  EXPECT_TRUE(empty.at("talkers").empty());
}

}  // namespace
}  // namespace sotto::experiments
