#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/corpora/clip_labels.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {
namespace {

TEST(ClipLabelsTest, TheLongestEndOfThePathCounts) {
  ClipLabels labels;
  EXPECT_TRUE(labels.add("dev/video/001.mp4", {"dev", "", "", "", "", false}));
  EXPECT_TRUE(labels.add("eval/video/001.mp4", {"eval", "", "", "", "", false}));
  EXPECT_TRUE(labels.add("elsewhere/002", {"two", "", "", "", "", false}));
  EXPECT_FALSE(labels.add("elsewhere/002.wav", {"again", "", "", "", "", false}));
  EXPECT_EQ(labels.find("cnvsrc/eval/video/001")->text, "eval");
  EXPECT_EQ(labels.find("dev/video/001")->text, "dev");
  EXPECT_EQ(labels.find("x/001"), nullptr);  // two keys have this name
  EXPECT_EQ(labels.find("video/002")->text, "two");
  EXPECT_EQ(labels.find("003"), nullptr);
}

TEST(ClipLabelsTest, SplitsInNames) {
  EXPECT_EQ(split_in_name("labels/lrs3_train_transcript_lengths_seg16s.csv"), "train");
  EXPECT_EQ(split_in_name("cnvsrc-multi-dev-infos.json"), "dev");
  EXPECT_EQ(split_in_name("VAL.csv"), "valid");
  EXPECT_EQ(split_in_name("contest.json"), "");
}

class CnvsrcTest : public testing::Test {
 protected:
  CnvsrcTest() {
    put_media(root_ / "cnvsrc-multi/dev/video/801.mp4");
    put_media(root_ / "cnvsrc-multi/dev/video/802.mp4");
    put_media(root_ / "cnvsrc-multi/dev/video/803.mp4");
    put_media(root_ / "cnvsrc-multi/dev/audio/801.wav");
    put_media(root_ / "cnvsrc-multi/eval/video/801.mp4");
    put_media(root_ / "cnvsrc-single/dev/video/801.mp4");
    put(root_ / "cnvsrc-multi/README.TXT", "about");
  }
  void labels(const std::string& json) {
    put(root_ / "cnvsrc-multi/cnvsrc-multi-dev-infos.json", json);
  }

  TemporaryFolder root_;
};

TEST_F(CnvsrcTest, AListOfObjects) {
  labels(
      "\xEF\xBB\xBF[{\"utt_id\": \"801\", \"text\": \"你好，世界。\", \"speaker\": 7},"
      "{\"utt_id\": 802, \"text\": \"\"}, {\"text\": \"我\"}, {\"utt_id\": \"801\", \"text\": "
      "\"x\"},"
      "{\"utt_id\": \"899\", \"text\": \"无\"}]");
  const CorpusListing listing = list_corpus("cnvsrc", root_.path(), {"task=multi"});
  EXPECT_EQ(listing.items.size(), 4U);
  EXPECT_EQ(listing.text_rules, "mandarin-simplified-1");
  const CorpusItem one = item_of(listing, "cnvsrc-multi/dev/video/801");
  EXPECT_EQ(one.text, "你好世界");
  EXPECT_EQ(one.talker, "7");
  EXPECT_EQ(one.split, "dev");
  EXPECT_EQ(one.sound, "cnvsrc-multi/dev/audio/801.wav");
  const CorpusItem two = item_of(listing, "cnvsrc-multi/dev/video/802");
  EXPECT_EQ(two.sound, "");
  EXPECT_TRUE(holds(two.skip_reason, "cnvsrc-multi-dev-infos.json: entry 2: expected a text"));
  EXPECT_TRUE(holds(item_of(listing, "cnvsrc-multi/dev/video/803").skip_reason, "no transcript"));
  // The same number in eval is another clip.
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/eval/video/801").text, "");
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/eval/video/801").skip_reason, "");
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/eval/video/801").split, "eval");
  EXPECT_TRUE(has_note(listing, "a list of objects, id in 'utt_id', text in 'text', 5 entries"));
  EXPECT_TRUE(has_note(listing, "1 entries have no id", "entry 3"));
  EXPECT_TRUE(has_note(listing, "1 labels are given twice", "entry 4"));
  EXPECT_TRUE(has_note(listing, "1 labels have no clip", "entry 5"));
  EXPECT_TRUE(has_note(listing, "1 clips have no transcript", "eval/video/801"));
}

TEST_F(CnvsrcTest, OtherFormsOfTheFile) {
  const std::string id = "cnvsrc-multi/dev/video/801";
  labels("{\"801\": \"好\", \"802\": \"我\"}");
  EXPECT_EQ(item_of(list_corpus("cnvsrc", root_.path()), id).text, "好");
  EXPECT_TRUE(has_note(list_corpus("cnvsrc", root_.path()), "an object of texts keyed by id"));
  labels("{\"version\": 1, \"infos\": {\"dev/audio/801.wav\": {\"content\": \"好\"}}}");
  EXPECT_EQ(item_of(list_corpus("cnvsrc", root_.path()), id).text, "好");
  EXPECT_TRUE(has_note(
      list_corpus("cnvsrc", root_.path()), "an object keyed by id in 'infos', text in 'content'"));
  labels("[{\"nr\": \"801\", \"said\": \"好\"}]");
  EXPECT_TRUE(has_note(
      list_corpus("cnvsrc", root_.path()), "got the fields 'nr', 'said'; name it by corpus."));
  EXPECT_EQ(
      item_of(list_corpus("cnvsrc", root_.path(), {"id_field=nr", "text_field=said"}), id).text,
      "好");
  for (const char* bad : {"[1, 2", "7", "[]", "{}"}) {
    labels(bad);
    const CorpusListing listing = list_corpus("cnvsrc", root_.path());
    EXPECT_TRUE(has_note(listing, "expected", "(left out)")) << bad;
    EXPECT_TRUE(holds(item_of(listing, id).skip_reason, "no transcript"));
  }
}

TEST_F(CnvsrcTest, TheBaselinesLabelFiles) {
  put(root_ / "units.txt", "<unk> 1\n你 2\n好 3\n");
  put(root_ / "cnvsrc-multi/train.csv",
      "cnvsrc-multi,dev/video/801.mp4,74,2 3\r\ncnvsrc-multi,dev/video/802.mp4,74,2 1\r\n"
      "cnvsrc-multi,dev/video/803.mp4,74\r\n");
  put(root_ / "cnvsrc-multi/valid.csv", "cnvsrc-multi,dev/video/803.mp4,74,3 9\n");
  const std::string files = "labels=[cnvsrc-multi/train.csv, cnvsrc-multi/valid.csv]";
  const CorpusListing listing =
      list_corpus("cnvsrc", root_.path(), {"task=multi", files, "units=units.txt"});
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/dev/video/801").text, "你好");
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/dev/video/801").split, "train");
  EXPECT_TRUE(holds(
      item_of(listing, "cnvsrc-multi/dev/video/802").skip_reason, "train.csv:2: holds <unk>"));
  EXPECT_EQ(item_of(listing, "cnvsrc-multi/dev/video/803").split, "valid");
  EXPECT_TRUE(holds(
      item_of(listing, "cnvsrc-multi/dev/video/803").skip_reason,
      "valid.csv:1: expected token ids below 5, got 9"));
  EXPECT_TRUE(has_note(listing, "1 rows of labels cannot be read", "train.csv:3: expected"));
  EXPECT_THROW(list_corpus("cnvsrc", root_.path(), {files}), ConfigError);
}

TEST_F(CnvsrcTest, TheRootMayBeOneTask) {
  labels("{\"801\": \"好\", \"802\": \"我\", \"803\": \"他\"}");
  const CorpusListing listing = list_corpus("cnvsrc", root_ / "cnvsrc-multi", {"valid_share=0.5"});
  EXPECT_EQ(item_of(listing, "dev/video/803").text, "他");
  for (const CorpusItem& item : listing.items) {
    EXPECT_TRUE(item.split == "train" || item.split == "valid" || item.split == "eval");
  }
  EXPECT_EQ(
      item_of(list_corpus("cnvsrc", root_ / "cnvsrc-single"), "dev/video/801").talker, "single");
  EXPECT_THROW(list_corpus("cnvsrc", root_ / "cnvsrc-multi/dev/audio"), DataError);
}

TEST(CncvsTest, TextsBesideAndInAFolderOfTheirOwn) {
  const TemporaryFolder root;
  put_media(root / "news/n001/video/n001_1.mp4");
  put_media(root / "news/n001/audio/n001_1.wav");
  put(root / "news/n001/text/n001_1.txt", "\xEF\xBB\xBF今天\r\njin tian\r\n");
  put_media(root / "speech/s02270/video/s02270_1.mp4");
  put(root / "speech/s02270/video/s02270_1.txt", "　，。");
  put_media(root / "speech/s02270/video/s02270_2.mp4");
  put_media(root / "speech/s02271/x.mp4");
  const CorpusListing listing = list_corpus("cncvs", root.path());
  EXPECT_EQ(listing.items.size(), 3U);
  const CorpusItem one = item_of(listing, "news/n001/video/n001_1");
  EXPECT_EQ(one.text, "今天");
  EXPECT_EQ(one.talker, "n001");
  EXPECT_EQ(one.sound, "news/n001/audio/n001_1.wav");
  EXPECT_EQ(one.split, "train");
  EXPECT_TRUE(has_note(listing, "1 transcripts have more than one line", "n001_1.txt"));
  EXPECT_TRUE(holds(
      item_of(listing, "speech/s02270/video/s02270_1").skip_reason, "the transcript is empty"));
  EXPECT_TRUE(
      holds(item_of(listing, "speech/s02270/video/s02270_2").skip_reason, "no s02270_2.txt"));
}

TEST(CncvsTest, ATableOfTexts) {
  const TemporaryFolder root;
  put_media(root / "speech/s1/video/s1_1.mp4");
  put(root / "test_text", "s1_1 一 二\ns1_2 三\n");
  const CorpusListing listing = list_corpus("cncvs", root.path(), {"labels=[test_text]"});
  EXPECT_EQ(item_of(listing, "speech/s1/video/s1_1").text, "一二");
  EXPECT_EQ(item_of(listing, "speech/s1/video/s1_1").split, "test");
  EXPECT_TRUE(has_note(listing, "read as lines 'ID TEXT', 2 labels"));
  EXPECT_TRUE(has_note(listing, "1 labels have no clip", "test_text:2"));
}

}  // namespace
}  // namespace sotto::datasets
