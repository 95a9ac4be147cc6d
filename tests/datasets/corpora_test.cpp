#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {
namespace {

std::vector<CorpusItem> list(const std::string& name, const std::string& root) {
  return list_corpus(name, root).items;
}

TEST(GridCorpusTest, ReadsTheTestClips) {
  const auto items = list("grid", test_corpus());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].id, "s1/bbaf2n");
  EXPECT_EQ(items[0].source, "s1/bbaf2n.mp4");
  EXPECT_EQ(items[0].talker, "s1");
  EXPECT_EQ(items[0].text, "bin blue at f two now");
  ASSERT_EQ(items[0].words.size(), 6U);
  EXPECT_DOUBLE_EQ(items[0].words[0].start_s, 0.95);
  EXPECT_DOUBLE_EQ(items[0].words[0].end_s, 1.18);
  EXPECT_EQ(items[1].text, "bin blue at l three soon");
  EXPECT_EQ(items[0].skip_reason, "");
}

TEST(GridCorpusTest, NamesWhatCannotBeUsed) {
  const TemporaryFolder folder;
  put(folder / "s1/aaaaaa.mpg", "x");
  put(folder / "s10/bbbbbb.mp4", "x");
  put(folder / "align/s10/bbbbbb.align", "0 100 sil\n100 50 bin\n");
  put(folder / "s2/cccccc.mp4", "x");
  put(folder / "align/s2/cccccc.align", "0 100 sil\r\n100 5000 Bin\r\n5000 6000 sp\r\n");
  put(folder / "other/dddddd.mp4", "x");
  const auto items = list("grid", folder.path());
  ASSERT_EQ(items.size(), 3U);
  EXPECT_NE(items[0].skip_reason.find("aaaaaa.align is missing"), std::string::npos);
  EXPECT_NE(items[1].skip_reason.find("bbbbbb.align:2: expected"), std::string::npos);
  EXPECT_EQ(items[2].id, "s2/cccccc");
  EXPECT_EQ(items[2].text, "bin");
}

TEST(GridCorpusTest, OtherFoldersAreRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(list("grid", folder.path()), DataError);
  EXPECT_THROW(list("grid", folder / "none"), DataError);
}

TEST(FolderCorpusTest, TranscriptsBesideClips) {
  const TemporaryFolder folder;
  put(folder / "a.mp4", "x");
  put(folder / "a.txt", "\xEF\xBB\xBFHello,\r\n  World!\r\n");
  put(folder / "talk/b.MKV", "x");
  put(folder / "talk/b.txt", "It's one");
  put(folder / "talk/c.wav", "x");
  put(folder / "talk/d.mp4", "x");
  put(folder / "talk/d.txt", " \n");
  put(folder / "talk/e.mp4", "x");
  put(folder / "talk/e.txt", "caf\xE9");
  put(folder / ".hidden/f.mp4", "x");
  put(folder / "notes.pdf", "x");
  const auto items = list("folder", folder.path());
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0].id, "a");
  EXPECT_EQ(items[0].text, "hello world");
  EXPECT_EQ(items[0].talker, "");
  EXPECT_EQ(items[1].id, "talk/b");
  EXPECT_EQ(items[1].text, "it's one");
  EXPECT_EQ(items[1].talker, "talk");
  EXPECT_NE(items[2].skip_reason.find("c.txt is missing"), std::string::npos);
  EXPECT_NE(items[3].skip_reason.find("empty"), std::string::npos);
  EXPECT_NE(items[4].skip_reason.find("UTF-8"), std::string::npos);
}

TEST(FolderCorpusTest, TwoFilesOfOneNameAreNotGuessedBetween) {
  const TemporaryFolder folder;
  put(folder / "a.mkv", "x");
  put(folder / "a.mp4", "x");
  put(folder / "a.txt", "one");
  const auto items = list("folder", folder.path());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].id, "a");
  EXPECT_EQ(items[0].skip_reason, "");
  EXPECT_EQ(items[1].id, "a.mp4");
  EXPECT_NE(items[1].skip_reason, "");
}

TEST(CorporaTest, UnknownNamesAreRefused) {
  Component choice;
  choice.type = "gird";
  EXPECT_THROW(corpora().create(choice), ConfigError);
}

}  // namespace
}  // namespace sotto::datasets
