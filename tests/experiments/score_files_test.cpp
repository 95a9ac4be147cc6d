#include "experiments/score_files.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/score_talkers.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

/// Two files with these contents, read as reference and hypothesis.
class ScoreFilesTest : public testing::Test {
 protected:
  ScoredFiles read(const std::string& reference, const std::string& hypothesis) {
    write_file(folder_ / "ref", reference);
    write_file(folder_ / "hyp", hypothesis);
    return read_scored_texts(folder_ / "ref", folder_ / "hyp");
  }

  /// The pairs as `id:reference|hypothesis;`.
  std::string pairs(const std::string& reference, const std::string& hypothesis) {
    std::string result;
    for (const ScoredText& text : read(reference, hypothesis).texts) {
      result += text.id + ":" + text.reference + "|" + text.hypothesis + ";";
    }
    return result;
  }

  std::string fault(const std::string& reference, const std::string& hypothesis) {
    try {
      read(reference, hypothesis);
    } catch (const DataError& error) {
      std::string what = error.what();
      return what.substr(what.rfind('/') + 1);
    }
    return "nothing thrown";
  }

  TemporaryFolder folder_;
};

TEST_F(ScoreFilesTest, PairsLinesById) {
  EXPECT_EQ(
      pairs(
          "a\tone two\n\nb\t\n",
          "\xEF\xBB\xBF"
          "b\tx\r\na\ty\tz\n"),
      "a:one two|y\tz;b:|x;");
  EXPECT_THROW(pairs("", ""), DataError);
}

TEST_F(ScoreFilesTest, ReadsTrn) {
  EXPECT_EQ(
      pairs(";; sclite's\none two (s1-a)\n (s1-b)\n(s1-c)\n", "a\t(s1-a)\nz (s1-b)\nq (s1-c) \n"),
      "s1-a:one two|a;s1-b:|z;s1-c:|q;");
  EXPECT_EQ(pairs("s1-a\tone\n", "one (s1-a)\n"), "s1-a:one|one;");
  // A laugh at the end of a line does not make a trn file.
  EXPECT_EQ(pairs("a\tha (laughs)\nb\tyes\n", "a\tha\nb\tyes\n"), "a:ha (laughs)|ha;b:yes|yes;");
}

TEST_F(ScoreFilesTest, ReadsCtmWhichCannotNameEmptyClips) {
  const ScoredFiles files =
      read("a\tone two\nb c\tx\nd\t\ne\ty\n", ";; c\na 1 0 1 one\na 1 1 1 two\nb_c 1 0 1 x\n");
  ASSERT_EQ(files.texts.size(), 4U);
  EXPECT_EQ(files.texts[0].hypothesis, "one two");
  EXPECT_EQ(files.texts[1].hypothesis, "x");
  EXPECT_EQ(files.texts[2].hypothesis, "");
  ASSERT_EQ(files.remarks.size(), 1U);
  EXPECT_NE(
      files.remarks[0].find("hyp: no words of d and 1 more; scored as empty"), std::string::npos);
  EXPECT_EQ(pairs("a\t1 2 3 4 5\n", "a\t1 2 3\n"), "a:1 2 3 4 5|1 2 3;");  // digits are no times
}

TEST_F(ScoreFilesTest, ReadsJsonByIdOrPath) {
  const std::string json =
      R"({"version": 1, "clips": [{"id": "a", "path": "x/a.mp4", "text": "One.", "words": []},)"
      R"( {"id": "a", "path": "y/a.mp4", "text": "two", "words": []}]})";
  EXPECT_EQ(pairs("y/a.mp4\tp\nx/a.mp4\tq\n", json), "y/a.mp4:p|two;x/a.mp4:q|One.;");
  EXPECT_EQ(fault("a\tp\n", json), "hyp: two clips are called a");
  EXPECT_EQ(
      fault("y/a.mp4\tp\nx/a.mp4\tq\nb\tr\n", json),
      "hyp: expected a line for every clip; none for b");
}

TEST_F(ScoreFilesTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(fault("a\tx\nb x\n", ""), "ref:2: expected id<tab>text");
  EXPECT_EQ(fault("a\tx\n\na\tx\n", ""), "ref:3: a stood in line 1");
  EXPECT_EQ(fault("x (a)\ny\n", "a\tx\n"), "ref:2: expected WORDS (ID)");
  EXPECT_EQ(fault("x (a)\ny (a)\n", "a\tx\n"), "ref:2: a stood in line 1");
  EXPECT_EQ(
      fault("{ x / y } (a)\n", "a\tx\n"),
      "ref:1: '{': alternatives and optional words cannot be scored; give one text");
  EXPECT_EQ(
      fault("(uh) x (a)\n", "a\tx\n"),
      "ref:1: '(uh)': alternatives and optional words cannot be scored; give one text");
  EXPECT_EQ(
      fault("@ (a)\n", "a\tx\n"),
      "ref:1: '@': alternatives and optional words cannot be scored; give one text");
  EXPECT_EQ(fault("a\t\xFF\n", "a\tx\n"), "ref:1: expected UTF-8");
  EXPECT_EQ(
      fault("a\tx\nb\tx\n", "c\tx\n"),
      "hyp: expected a line for every clip; none for a and 1 more");
  EXPECT_EQ(fault("a\tx\n", "c\tx\na\t\n"), "ref: expected a line for every clip; none for c");
  EXPECT_EQ(
      fault("a\tx\n", "a 1 0 1 x\na 2 0 1 y\n"),
      "hyp: channels 1 and 2; a clip has one text to score, cut the file by channel");
}

TEST(ScoreTalkersTest, StandBeforeTheFirstHyphenOrUnderscore) {
  EXPECT_EQ(talker_of("s1-bbaf2n"), "s1");
  EXPECT_EQ(talker_of("s_1-bbaf2n-x"), "s_1");  // as sclite: a hyphen goes first
  EXPECT_EQ(talker_of("s1_bbaf2n_x"), "s1");
  EXPECT_EQ(talker_of("bbaf2n"), "");
  std::vector<ScoredText> texts = {{"s1-a", "", ""}, {"b", "", ""}};
  EXPECT_THROW(name_talkers(texts), DataError);
  texts.pop_back();
  name_talkers(texts);
  EXPECT_EQ(texts[0].talker, "s1");
}

TEST(ScoreTalkersTest, OrInAFile) {
  const TemporaryFolder folder;
  write_file(folder / "talkers", "a\tAnn\nb\tBob\nc\t\n");
  std::vector<ScoredText> texts = {{"b", "", ""}, {"a", "", ""}};
  name_talkers(texts, folder / "talkers");
  EXPECT_EQ(texts[0].talker, "Bob");
  EXPECT_EQ(texts[1].talker, "Ann");
  for (const char* id : {"c", "d"}) {
    std::vector<ScoredText> unknown = {{id, "", ""}};
    EXPECT_THROW(name_talkers(unknown, folder / "talkers"), DataError) << id;
  }
}

}  // namespace
}  // namespace sotto::experiments
