#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/corpora/csv_reader.h"
#include "datasets/corpora/json_file.h"
#include "datasets/corpora/token_rows.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {
namespace {

TEST(CsvReaderTest, QuotesAndLineEnds) {
  CsvReader reader("a,\"b, \"\"c\"\"\nd\",\r\n\r\n,\"\"\nlast", "t.csv");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.fields(), (std::vector<std::string>{"a", "b, \"c\"\nd", ""}));
  EXPECT_EQ(reader.where(), "t.csv:1");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.fields(), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(reader.where(), "t.csv:4");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.fields(), (std::vector<std::string>{"last"}));
  EXPECT_FALSE(reader.next());
}

TEST(CsvReaderTest, ABadRowCostsItsLineAlone) {
  CsvReader reader("a,\"b\nc,d\n\"x\"y,z\nsay \"hi\",1\ne,f\n\"g,h", "t.csv");
  const std::vector<std::string> faults = {
      "t.csv:1: expected a comma behind a closing quote, got 'x'",  // the next quote is in line 3
      "",
      "t.csv:3: expected a comma behind a closing quote, got 'y'",
      "t.csv:4: expected quotes around a whole field, got one inside 'say \"hi\"'",
      "",
      "t.csv:6: expected a closing quote, got none"};
  for (const std::string& fault : faults) {
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.fault(), fault);
    EXPECT_EQ(reader.fields().size(), fault.empty() ? 2U : 0U);
  }
  EXPECT_EQ(reader.where(), "t.csv:6");
  EXPECT_FALSE(reader.next());
}

TEST(CsvCorpusTest, RowsBecomeItems) {
  const TemporaryFolder root;
  put_media(root / "a/one.mp4");
  put_media(root / "long.mkv");
  put_media(root / "one.wav");
  put(root / "list.csv",
      "\xEF\xBB\xBFText,media,start,end,talker,split,sound,mark\r\n"
      "\"Hello, world\",a/one.mp4,,,ann,train,one.wav,x\r\n"
      "First,long.mkv,0,2.5,bob,test,,\r\n"
      "\"Second \"\"part\"\"\",long.mkv,2.5,4,bob,test,,\r\n"
      "Hello, world,a/one.mp4,,,ann,train,,\r\n"
      "Up,../etc/passwd,,,,,,\r\n"
      "Gone,b.mp4,,,,,,\r\n"
      "Back,long.mkv,3,3,,,,\r\n"
      "When,long.mkv,soon,,,,,\r\n"
      ",a/one.mp4,,,,,,\r\n"
      "\"open,a/one.mp4,,,,,,\r\n"
      "Deaf,a/one.mp4,,,,,two.wav,\r\n");
  const CorpusListing listing = list_corpus("csv", root.path());
  EXPECT_EQ(listing.items.size(), 11U);
  const CorpusItem one = item_of(listing, "a/one_00");
  EXPECT_EQ(one.text, "hello world");
  EXPECT_EQ(one.talker, "ann");
  EXPECT_EQ(one.split, "train");
  EXPECT_EQ(one.sound, "one.wav");
  EXPECT_EQ(one.begin, 0);
  EXPECT_EQ(one.end, 0);
  EXPECT_EQ(item_of(listing, "long_00").text, "first");
  EXPECT_EQ(item_of(listing, "long_00").end, 63);  // 62.5 frames
  EXPECT_EQ(item_of(listing, "long_01").text, "second part");
  EXPECT_EQ(item_of(listing, "long_01").begin, 63);
  EXPECT_EQ(item_of(listing, "long_01").end, 100);
  const auto reason = [&](const char* id) { return item_of(listing, id).skip_reason; };
  EXPECT_TRUE(holds(reason("list.csv:5"), "list.csv:5: expected 8 fields, got 9"));
  EXPECT_TRUE(holds(reason("list.csv:6"), "list.csv:6: expected in 'media' a path below the root"));
  EXPECT_TRUE(holds(reason("list.csv:7"), "list.csv:7: b.mp4 is missing"));
  EXPECT_TRUE(holds(reason("list.csv:8"), "list.csv:8: expected an end behind the start"));
  EXPECT_TRUE(holds(reason("list.csv:9"), "list.csv:9: expected in 'start' seconds, got 'soon'"));
  EXPECT_TRUE(holds(reason("a/one_01"), "list.csv:10: the transcript is empty"));
  EXPECT_TRUE(holds(reason("list.csv:11"), "list.csv:11: expected a closing quote"));
  EXPECT_TRUE(holds(reason("list.csv:12"), "list.csv:12: two.wav is missing"));
  EXPECT_TRUE(has_note(listing, "list.csv:1: the column 'mark' is not read"));
}

TEST(CsvCorpusTest, AMendedRowLeavesTheOthersTheirIds) {
  const TemporaryFolder root;
  put_media(root / "long.mkv");
  put_media(root / "one.mp4");
  const std::string rows = "\nlong.mkv,2,3,two\none.mp4,,,one\nlong.mkv,3,4,three\n";
  for (const char* first : {"long.mkv,1,soon,one", "long.mkv,1,2,one"}) {
    put(root / "list.csv", "media,start,end,text\n" + std::string(first) + rows);
    const CorpusListing listing = list_corpus("csv", root.path());
    EXPECT_EQ(item_of(listing, "long_01").text, "two") << first;
    EXPECT_EQ(item_of(listing, "long_02").text, "three") << first;
    EXPECT_EQ(item_of(listing, "one").text, "one") << first;
  }
  EXPECT_EQ(item_of(list_corpus("csv", root.path()), "long_00").text, "one");
}

TEST(CsvCorpusTest, IdsAndTables) {
  const TemporaryFolder root;
  put_media(root / "a.mp4");
  put(root / "one.csv", "media,id\na.mp4,x/1\na.mp4,x/1\na.mp4,\n");
  const CorpusListing listing = list_corpus("csv", root.path());
  EXPECT_EQ(item_of(listing, "x/1").skip_reason, "");
  EXPECT_TRUE(holds(item_of(listing, "a.mp4").skip_reason, "another clip is called x/1"));
  EXPECT_TRUE(holds(item_of(listing, "one.csv:4").skip_reason, "expected an id"));
  EXPECT_TRUE(has_note(listing, "there is no column 'text'"));
  put(root / "two.csv", "path,text\na.mp4,b\n");
  EXPECT_THROW(list_corpus("csv", root.path()), DataError);
  EXPECT_EQ(list_corpus("csv", root.path(), {"table=one.csv"}).items.size(), 3U);
  EXPECT_THROW(list_corpus("csv", root.path(), {"table=two.csv"}), DataError);
  put(root / "three.csv", "media,media\n");
  EXPECT_THROW(list_corpus("csv", root.path(), {"table=three.csv"}), DataError);
  put(root / "four.csv", "media\n");
  EXPECT_THROW(list_corpus("csv", root.path(), {"table=four.csv"}), DataError);
}

TEST(TokenRowsTest, BothForms) {
  const TokenRow four = parse_token_row("lrs3, a/b.mp4, 74, 2 3", "t:1");
  EXPECT_EQ(four.corpus, "lrs3");
  EXPECT_EQ(four.path, "a/b.mp4");
  EXPECT_EQ(four.tokens, "2 3");
  const TokenRow five = parse_token_row("v.mp4,a.wav,322,206080,你好", "t:1");
  EXPECT_EQ(five.path, "v.mp4");
  EXPECT_EQ(five.sound, "a.wav");
  EXPECT_EQ(five.text, "你好");
  for (const char* bad : {"lrs3,a.mp4,2 3", "lrs3,a.mp4,many,2 3", "a,b,1,2,3,4", "lrs3,,74,2"}) {
    EXPECT_THROW(parse_token_row(bad, "t:1"), DataError) << bad;
  }
}

class AutoAvsrTest : public testing::Test {
 protected:
  AutoAvsrTest() {
    const std::string video = "lrs3/lrs3_video_seg16s/";
    put_media(root_ / (video + "test/T/001.mp4"));
    put_media(root_ / (video + "test/T/001.wav"));
    put_media(root_ / (video + "trainval/T/002.mp4"));
    put_media(root_ / (video + "trainval/T/003.mp4"));
    put_media(root_ / (video + "trainval/T/004.mp4"));
    put(root_ / "lrs3/lrs3_text_seg16s/test/T/001.txt", "IT'S SO");
    put(root_ / "labels/lrs3_test_transcript_lengths_seg16s.csv",
        "lrs3,lrs3_video_seg16s/test/T/001.mp4,74,2 3\n");
    put(root_ / "labels/lrs3_train_transcript_lengths_seg16s.csv",
        "lrs3,lrs3_video_seg16s/trainval/T/002.mp4,74,2 3 4\n"
        "lrs3,lrs3_video_seg16s/trainval/T/003.mp4,74,\n"
        "lrs3,lrs3_video_seg16s/trainval/T/004.mp4,74,1 3\n"
        "lrs3,lrs3_video_seg16s/trainval/T/005.mp4,74,2\n"
        "lrs3,a,b.mp4,74,2\n"
        "lrs3,../../x.mp4,74,2\n"
        "lrs3,lrs3_video_seg16s/trainval/T/002.mp4,74,2\n");
    put(root_ / "labels/lrs3_train_transcript_lengths_seg16s_0to100.csv",
        "lrs3,lrs3_video_seg16s/trainval/T/002.mp4,74,2 3 4\n");
    put(root_ / "units.txt", "<unk> 1\n\xE2\x96\x81GOOD 2\nS 3\n\xE2\x96\x81MAN 4\n");
  }

  TemporaryFolder root_;
};

TEST_F(AutoAvsrTest, TextsOfBothKinds) {
  const CorpusListing listing = list_corpus("auto_avsr", root_.path(), {"units=units.txt"});
  EXPECT_EQ(listing.items.size(), 7U);
  const CorpusItem one = item_of(listing, "lrs3/lrs3_video_seg16s/test/T/001");
  EXPECT_EQ(one.text, "it's so");
  EXPECT_EQ(one.split, "test");
  EXPECT_EQ(one.talker, "T");
  EXPECT_EQ(one.sound, "lrs3/lrs3_video_seg16s/test/T/001.wav");
  const std::string rest = "lrs3/lrs3_video_seg16s/trainval/T/";
  EXPECT_EQ(item_of(listing, rest + "002").text, "goods man");
  EXPECT_EQ(item_of(listing, rest + "002").split, "train");
  EXPECT_EQ(item_of(listing, rest + "002").sound, "");
  const auto reason = [&](const std::string& id) { return item_of(listing, id).skip_reason; };
  EXPECT_TRUE(holds(reason(rest + "003"), "seg16s.csv:2: the transcript is empty"));
  EXPECT_TRUE(holds(reason(rest + "004"), "seg16s.csv:3: holds <unk>"));
  EXPECT_TRUE(holds(reason(rest + "005"), "seg16s.csv:4: lrs3/"));
  const std::string file = "lrs3_train_transcript_lengths_seg16s.csv";
  EXPECT_TRUE(holds(reason(file + ":5"), file + ":5: expected"));
  EXPECT_TRUE(holds(reason(file + ":6"), file + ":6: expected"));
  EXPECT_TRUE(has_note(listing, "1 rows repeat a clip", file + ":7"));
}

TEST_F(AutoAvsrTest, WithoutUnits) {
  const CorpusListing listing = list_corpus("auto_avsr", root_.path());
  EXPECT_EQ(item_of(listing, "lrs3/lrs3_video_seg16s/test/T/001").skip_reason, "");
  EXPECT_TRUE(
      holds(item_of(listing, "lrs3/lrs3_video_seg16s/trainval/T/002").skip_reason, "corpus.units"));
  const CorpusListing short_ones = list_corpus(
      "auto_avsr",
      root_.path(),
      {"labels=[labels/lrs3_train_transcript_lengths_seg16s_0to100.csv]", "units=units.txt"});
  EXPECT_EQ(short_ones.items.size(), 1U);
  EXPECT_THROW(list_corpus("auto_avsr", root_ / "lrs3"), DataError);
  EXPECT_THROW(list_corpus("auto_avsr", root_.path(), {"units=none"}), ConfigError);
}

TEST(JsonFileTest, NeitherDepthNorDamageIsFollowed) {
  const TemporaryFolder root;
  put(root / "deep.json", std::string(1000, '[') + std::string(1000, ']'));
  put(root / "cut.json", "{\"a\": [1,");
  EXPECT_THROW(read_json(root / "deep.json"), DataError);
  EXPECT_THROW(read_json(root / "cut.json"), DataError);
  put(root / "video/in.json", "1");
  EXPECT_EQ(json_files(root.path()).size(), 2U);
}

}  // namespace
}  // namespace sotto::datasets
