#include <set>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/corpora/lrs_text.h"
#include "datasets/corpora/word_cuts.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {
namespace {

const std::string kTable = "\nWORD START END ASDSCORE\n";

void put_clip(const std::string& path, const std::string& text) {
  put_media(path + ".mp4");
  put(path + ".txt", text);
}

std::vector<WordTime> words_at(const std::vector<std::pair<double, double>>& times) {
  std::vector<WordTime> words;
  for (const auto& [start, end] : times) {
    words.push_back({"w" + std::to_string(words.size()), start, end});
  }
  return words;
}

TEST(LrsTextTest, FindsTheTableBehindTheFaceBoxes) {
  const LrsText lrs = parse_lrs_text(
      "Text:  IT IS {NS} SO  \r\nConf:  4\r\nRef:  Xy-1\r\n\r\nFRAME \tX \tY \tW \tH \r\n"
      "000001 \t0.10 \t0.20 \t0.30 \t0.30 \r\n\r\nWORD START END ASDSCORE\r\nIT 0.08 0.21 4.9\r\n"
      "IS 0.21 0.4 -1.5 \r\n",
      "a.txt");
  EXPECT_EQ(lrs.text, "IT IS {NS} SO");
  EXPECT_EQ(lrs.text_where, "a.txt:1");
  EXPECT_TRUE(lrs.has_words);
  EXPECT_EQ(lrs.words_where, "a.txt:8");
  EXPECT_EQ(lrs.words_fault, "");
  ASSERT_EQ(lrs.words.size(), 2U);
  EXPECT_EQ(lrs.words[1].word, "IS");
  EXPECT_DOUBLE_EQ(lrs.words[1].start_s, 0.21);
  EXPECT_DOUBLE_EQ(lrs.words[1].end_s, 0.4);
}

TEST(LrsTextTest, NamesTheFirstBadRow) {
  for (const std::string row :
       {"IT 0.08 0.21",
        "IT IS 0.08 0.21 4.9",
        "IT 0.3 0.2 1",
        "IT -1 0.2 1",
        "IT x 0.2 1",
        "IT inf 0.2 1",
        "IT 0 1e300 1"}) {
    const LrsText lrs = parse_lrs_text("Text:  A\n" + kTable + "A 0 0.1 1\n" + row + "\n", "b.txt");
    EXPECT_EQ(lrs.words_fault, "b.txt:5: expected 'word start end score', got '" + row + "'");
  }
  EXPECT_THROW(parse_lrs_text("Conf:  4\n", "c.txt"), DataError);
}

TEST(WordCutsTest, PartsFillUpToTheLimit) {
  // The second word ends at the limit, not below it: it opens a part at its own start.
  const auto cuts = cut_at_limit(words_at({{0.5, 1}, {1.5, 2}, {2.5, 3.1}, {3.2, 3.49}}), 2);
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_EQ(cuts[0].first, 0U);
  EXPECT_EQ(cuts[0].last, 1U);
  EXPECT_EQ(cuts[0].begin, 0);
  EXPECT_EQ(cuts[0].end, 25);
  EXPECT_EQ(cuts[1].first, 1U);
  EXPECT_EQ(cuts[1].last, 4U);
  EXPECT_EQ(cuts[1].begin, 37);  // 37.5 frames, rounded down
  EXPECT_EQ(cuts[1].end, 87);    // 87.25
}

TEST(WordCutsTest, OnePartIsTheWholeClip) {
  const auto cuts = cut_at_limit(words_at({{0.5, 1}, {1.5, 1.9}}), 2);
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].begin, 0);
  EXPECT_EQ(cuts[0].end, 0);
  EXPECT_TRUE(cut_at_limit({}, 2).empty());
}

TEST(WordCutsTest, AWordBeyondTheLimitIsAFault) {
  const auto cuts = cut_at_limit(words_at({{0.5, 3}, {3, 3.5}, {4, 7}, {7, 7.5}}), 2);
  ASSERT_EQ(cuts.size(), 4U);
  EXPECT_TRUE(holds(cuts[0].fault, "'w0' ends at 3.00 s, beyond the limit of 2 s after 0.50 s"))
      << cuts[0].fault;
  EXPECT_EQ(cuts[1].fault, "");
  EXPECT_EQ(cuts[1].begin, 75);
  EXPECT_EQ(cuts[1].end, 87);
  EXPECT_TRUE(holds(cuts[2].fault, "'w2'"));
  EXPECT_EQ(cuts[3].fault, "");
  EXPECT_EQ(cuts[3].begin, 175);
  // A first word behind the limit starts the part.
  const auto late = cut_at_limit(words_at({{20, 20.5}, {20.5, 21}}), 2);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].fault, "");
  EXPECT_EQ(late[0].begin, 500);
  EXPECT_EQ(late[0].end, 525);
  // No frame lies between start and end.
  EXPECT_NE(cut_at_limit(words_at({{0.001, 0.01}, {5, 5.5}}), 2)[0].fault, "");
}

TEST(WordCutsTest, PausesAreCutInTheirMiddle) {
  const auto words = words_at({{0, 1}, {1.4, 2}, {2.5, 4}});
  EXPECT_EQ(cut_at_pauses(words, 5).size(), 1U);
  const auto cuts = cut_at_pauses(words, 3);  // the pause of 0.4 s is not more than 0.4 s
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_EQ(cuts[0].last, 2U);
  EXPECT_EQ(cuts[0].end, 56);  // 2.25 s
  EXPECT_EQ(cuts[1].begin, 56);
  EXPECT_EQ(cuts[1].end, 0);
}

class Lrs3Test : public testing::Test {
 protected:
  Lrs3Test() {
    put_clip(
        root_ / "test/test/Tk1/00001", "\xEF\xBB\xBFText:  IT'S {NS} \xE9T\xC9 20\r\nConf:  4\r\n");
    put_clip(
        root_ / "test/test/Tk1/00002",
        "Text:  TWENTY-ONE DAYS\nConf:  4\n" + kTable +
            "TWENTY-ONE 0.1 0.5 1\n{NS} 0.5 0.6 1\n"
            "DAYS 0.6 1 1\n");
    put_clip(root_ / "test/test/Tk1/00003", "Text:  BAD ROW\n" + kTable + "BAD 0.1\n");
    put_clip(root_ / "test/test/Tk1/00004", "Text:  {NS}\n");
    put_media(root_ / "test/test/Tk1/00005.mp4");
    put_clip(root_ / "test/test/Tk1/00006", "TEXT\n");
    put_media(root_ / "test/test/Tk1/00001.wav");
    put_clip(root_ / "trainval/Tk2/50001", "Text:  ONE\n");
    put_clip(root_ / "trainval/Tk3/50002", "Text:  TWO\n");
    put_clip(
        root_ / "pretrain/Tk2/00001",
        "Text:  A B C\n" + kTable + "A 1 2 1\nB 14 15.5 1\nC 16 17 1\n");
    put_clip(root_ / "pretrain/Tk4/00002", "Text:  A\n" + kTable + "A 1 2\n");
    put_clip(root_ / "pretrain/Tk4/00003", "Text:  A\n");
  }

  TemporaryFolder root_;
};

TEST_F(Lrs3Test, TextsWordsAndReasons) {
  const CorpusListing listing = list_corpus("lrs3", root_.path());
  EXPECT_EQ(listing.items.size(), 12U);
  EXPECT_EQ(listing.text_rules, "english-1");
  const CorpusItem one = item_of(listing, "test/Tk1/00001");
  EXPECT_EQ(one.text, "it's \xC3\xA9t\xC3\x89 20");
  EXPECT_EQ(one.source, "test/test/Tk1/00001.mp4");
  EXPECT_EQ(one.talker, "Tk1");
  EXPECT_EQ(one.split, "test");
  EXPECT_EQ(one.skip_reason, "");
  EXPECT_TRUE(has_note(listing, "1 files are not UTF-8", "00001.txt"));
  EXPECT_TRUE(has_note(listing, "2 tags in braces", "00001.txt:1"));
  const CorpusItem two = item_of(listing, "test/Tk1/00002");
  EXPECT_EQ(two.text, "twenty one days");
  ASSERT_EQ(two.words.size(), 2U);
  EXPECT_EQ(two.words[0].word, "twenty one");
  EXPECT_DOUBLE_EQ(two.words[1].start_s, 0.6);
  const CorpusItem three = item_of(listing, "test/Tk1/00003");
  EXPECT_EQ(three.skip_reason, "");
  EXPECT_TRUE(three.words.empty());
  EXPECT_TRUE(has_note(listing, "1 word tables were left out", "00003.txt:4: expected"));
  EXPECT_TRUE(holds(
      item_of(listing, "test/Tk1/00004").skip_reason, "00004.txt:1: the transcript is empty"));
  EXPECT_TRUE(holds(item_of(listing, "test/Tk1/00005").skip_reason, "00005.txt is missing"));
  EXPECT_TRUE(
      holds(item_of(listing, "test/Tk1/00006").skip_reason, "00006.txt:1: expected a line 'Text:"));
  EXPECT_TRUE(
      holds(item_of(listing, "pretrain/Tk4/00002_00").skip_reason, "00002.txt:4: expected"));
  EXPECT_TRUE(
      holds(item_of(listing, "pretrain/Tk4/00003_00").skip_reason, "00003.txt: expected a table"));
}

TEST_F(Lrs3Test, PretrainIsCut) {
  const CorpusListing listing = list_corpus("lrs3", root_.path(), {"valid_talkers=0"});
  const CorpusItem first = item_of(listing, "pretrain/Tk2/00001_00");
  EXPECT_EQ(first.text, "a b");
  EXPECT_EQ(first.begin, 0);
  EXPECT_EQ(first.end, 387);  // 15.5 s
  EXPECT_EQ(first.split, "pretrain");
  ASSERT_EQ(first.words.size(), 2U);
  EXPECT_DOUBLE_EQ(first.words[1].end_s, 15.48);  // the part's end; the word goes on to 15.5 s
  const CorpusItem second = item_of(listing, "pretrain/Tk2/00001_01");
  EXPECT_EQ(second.text, "c");
  EXPECT_EQ(second.begin, 400);
  EXPECT_EQ(second.end, 425);
  ASSERT_EQ(second.words.size(), 1U);
  EXPECT_DOUBLE_EQ(second.words[0].start_s, 0);
  EXPECT_DOUBLE_EQ(second.words[0].end_s, 1);
  const CorpusListing pauses = list_corpus("lrs3", root_.path(), {"cut=pauses", "valid_talkers=0"});
  EXPECT_EQ(item_of(pauses, "pretrain/Tk2/00001_00").end, 200);    // the middle of 2 and 14 s
  EXPECT_EQ(item_of(pauses, "pretrain/Tk2/00001_02").begin, 393);  // 15.75 s
  EXPECT_EQ(item_of(pauses, "pretrain/Tk2/00001_02").end, 0);
  const CorpusListing whole = list_corpus("lrs3", root_.path(), {"longest_s=24"});
  EXPECT_EQ(item_of(whole, "pretrain/Tk2/00001_00").text, "a b c");
  EXPECT_EQ(item_of(whole, "pretrain/Tk2/00001_00").end, 0);
}

TEST_F(Lrs3Test, ValidationByList) {
  put(root_ / "valid.txt", "\xEF\xBB\xBFtrainval/Tk3/50002\r\ntrainval/Tk9/50009\r\n");
  const CorpusListing listing = list_corpus("lrs3", root_.path(), {"valid_list=valid.txt"});
  EXPECT_EQ(item_of(listing, "trainval/Tk2/50001").split, "train");
  EXPECT_EQ(item_of(listing, "trainval/Tk3/50002").split, "valid");
  EXPECT_EQ(item_of(listing, "pretrain/Tk2/00001_00").split, "pretrain");
  EXPECT_TRUE(has_note(listing, "1 ids of valid.txt have no clip", "trainval/Tk9/50009"));
  EXPECT_THROW(list_corpus("lrs3", root_.path(), {"valid_list=none.txt"}), ConfigError);
}

TEST(Lrs3SplitTest, ValidationTalksAreInNoOtherPart) {
  const TemporaryFolder root;
  for (int talk = 0; talk < 200; ++talk) {
    const std::string name = "T" + std::to_string(talk);
    put_clip(root / ("trainval/" + name + "/50001"), "Text:  A\n");
    put_clip(root / ("pretrain/" + name + "/00001"), "Text:  A\n" + kTable + "A 0 1 1\n");
  }
  const CorpusListing listing = list_corpus("lrs3", root.path(), {"valid_talkers=0.25"});
  std::set<std::string> valid;
  std::set<std::string> others;
  size_t held_out = 0;
  for (const CorpusItem& item : listing.items) {
    held_out += item.split == "held_out" ? 1 : 0;
    if (item.split == "valid") {
      valid.insert(item.talker);
    } else if (item.split != "held_out") {
      others.insert(item.talker);
    }
  }
  EXPECT_GT(valid.size(), 25U);
  EXPECT_LT(valid.size(), 75U);
  EXPECT_EQ(held_out, valid.size());
  EXPECT_EQ(others.size() + valid.size(), 200U);
  for (const std::string& talker : valid) {
    EXPECT_EQ(others.count(talker), 0U) << talker;
  }
}

TEST(Lrs3TotalsTest, DifferencesAreTold) {
  const TemporaryFolder root;
  for (int clip = 0; clip < 1000; ++clip) {
    put_media(root / ("test/T/" + std::to_string(clip) + ".mp4"));
  }
  EXPECT_TRUE(
      has_note(list_corpus("lrs3", root.path()), "LRS3 test: 1321 clips are known, 1000 found"));
  EXPECT_FALSE(has_note(list_corpus("lrs3", root.path()), "trainval:"));
  EXPECT_THROW(list_corpus("lrs3", root / "test/T"), DataError);
}

class Lrs2Test : public testing::Test {
 protected:
  void fill(const std::string& lists) {
    for (const char* clip : {"00001", "00002", "00003", "00009"}) {
      put_clip(
          root_ / ("mvlrs_v1/main/633/" + std::string(clip)), "Text:  HI {LG} THERE\nConf:  3\n");
    }
    put_clip(
        root_ / "mvlrs_v1/pretrain/633/00004",
        "Text:  IT\nConf:  5\n" + kTable + "IT 0.08 0.21 4.9\n");
    put(root_ / (lists + "train.txt"),
        "\xEF\xBB\xBF"
        "633/00001\r\n633/00007\r\n");
    put(root_ / (lists + "val.txt"), "633/00002\n");
    put(root_ / (lists + "test.txt"), "633/00003 NF\n633/00001 MV\n../../etc NF\n");
    put(root_ / (lists + "pretrain.txt"), "633/00004\n");
  }

  TemporaryFolder root_;
};

TEST_F(Lrs2Test, ListsBesideTheFolder) {
  fill("");
  for (const std::string& root : {root_.path(), root_ / "mvlrs_v1"}) {
    const CorpusListing listing = list_corpus("lrs2", root);
    EXPECT_EQ(listing.items.size(), 5U);
    EXPECT_EQ(item_of(listing, "main/633/00001").split, "train");
    EXPECT_EQ(item_of(listing, "main/633/00001").text, "hi there");
    EXPECT_EQ(item_of(listing, "main/633/00001").talker, "633");
    EXPECT_EQ(item_of(listing, "main/633/00002").split, "valid");
    EXPECT_EQ(item_of(listing, "main/633/00003").split, "test");
    EXPECT_EQ(item_of(listing, "pretrain/633/00004_00").split, "pretrain");
    EXPECT_EQ(item_of(listing, "pretrain/633/00004_00").text, "it");
    EXPECT_TRUE(holds(
        item_of(listing, "main/633/00007").skip_reason,
        "train.txt:2: main/633/00007.mp4 is missing"));
    EXPECT_TRUE(has_note(listing, "1 clips are in no list", "main/633/00009"));
    EXPECT_TRUE(has_note(listing, "1 clips are listed twice", "test.txt:2"));
    EXPECT_TRUE(has_note(listing, "1 lines of lists are not", "test.txt:3"));
  }
}

TEST_F(Lrs2Test, ListsInsideAndMissingOnes) {
  fill("mvlrs_v1/");
  std::filesystem::remove(root_ / "mvlrs_v1/pretrain.txt");
  const CorpusListing listing = list_corpus("lrs2", root_.path());
  EXPECT_EQ(item_of(listing, "main/633/00003").split, "test");
  EXPECT_EQ(item_of(listing, "main/633/00003").source, "mvlrs_v1/main/633/00003.mp4");
  EXPECT_EQ(item_of(listing, "pretrain/633/00004_00").split, "pretrain");
  EXPECT_TRUE(has_note(listing, "there is no list pretrain.txt"));
  for (const char* name : {"train", "val", "test"}) {
    std::filesystem::remove(root_ / ("mvlrs_v1/" + std::string(name) + ".txt"));
  }
  EXPECT_EQ(item_of(list_corpus("lrs2", root_.path()), "main/633/00009").split, "main");
}

}  // namespace
}  // namespace sotto::datasets
