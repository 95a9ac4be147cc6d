#include "experiments/score.h"

#include <gtest/gtest.h>

namespace sotto::experiments {
namespace {

TEST(ScoreTest, SumsEditsOverClips) {
  const ScoreReport report = score({
      {"one", "the cat sat", "the bat sat down"},
      {"two", "a b c d e f g", "a b c d e f g"},
  });
  EXPECT_DOUBLE_EQ(report.wer(), 2.0 / 10);  // not the mean of 2/3 and 0
  EXPECT_EQ(report.words.substitutions, 1);
  EXPECT_EQ(report.words.insertions, 1);
  EXPECT_EQ(report.characters.reference(), 11 + 13);
  EXPECT_DOUBLE_EQ(report.cer(), 6.0 / 24);
  EXPECT_DOUBLE_EQ(report.sentence_error_rate(), 0.5);
  ASSERT_EQ(report.clips.size(), 2U);
  EXPECT_EQ(report.clips[0].id, "one");
  EXPECT_EQ(report.clips[1].words.errors(), 0);
}

TEST(ScoreTest, IgnoresCaseAndSurplusSpaceInWords) {
  EXPECT_EQ(score({{"x", "A b  C", " a B c"}}).words.errors(), 0);
  ScoreOptions exact;
  exact.lower_case = false;
  EXPECT_EQ(score({{"x", "A b C", "a b C"}}, exact).words.substitutions, 1);
}

TEST(ScoreTest, CountsCharactersNotBytesAndSpacesOnRequest) {
  const std::vector<ScoredText> mandarin = {
      {"x", "\xE4\xBD\xA0 \xE5\xA5\xBD", "\xE4\xBD\xA0\xE4\xBB\xAC"}};
  EXPECT_EQ(score(mandarin).characters.reference(), 3);
  ScoreOptions options;
  options.count_spaces = false;
  EXPECT_EQ(score(mandarin, options).characters.reference(), 2);
  EXPECT_EQ(score(mandarin, options).characters.substitutions, 1);
}

TEST(ScoreTest, SurplusSpaceIsNoCharacter) {
  ScoreOptions options;
  const auto errors = [&](const char* said, const char* heard) {
    return score({{"1", said, heard}}, options).characters.errors();
  };
  EXPECT_EQ(errors("a bc", " a  bc "), 0);
  EXPECT_EQ(errors("a bc", "abc"), 1);
  options.count_spaces = false;
  EXPECT_EQ(errors("\u4f60\u597d", "\u4f60\u3000 \u597d "), 0);
}

TEST(ScoreTest, EmptyTextsCountAsInsertionsAndDeletions) {
  const ScoreReport report = score({{"a", "", "x y"}, {"b", "x y z", ""}});
  EXPECT_EQ(report.words.insertions, 2);
  EXPECT_EQ(report.words.deletions, 3);
  EXPECT_DOUBLE_EQ(report.wer(), 5.0 / 3);
  EXPECT_EQ(score({}).wer(), 0.0);
  EXPECT_EQ(score({}).sentence_error_rate(), 0.0);
}

}  // namespace
}  // namespace sotto::experiments
