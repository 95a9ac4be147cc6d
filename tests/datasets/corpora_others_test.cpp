#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/grid_sentence.h"
#include "datasets/corpora/media_files.h"
#include "datasets/corpora/tcd_timit.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {
namespace {

TEST(ClipPathsTest, ListsCannotLeaveTheRoot) {
  EXPECT_EQ(path_below("a/./b/../c.mp4").value_or(""), "a/c.mp4");
  for (const std::string bad : {"", ".", "/a", "..", "a/../../b", "../a"}) {
    EXPECT_FALSE(path_below(bad).has_value()) << bad;
  }
  EXPECT_FALSE(path_below(std::string_view("a\0b", 3)).has_value());
  EXPECT_EQ(without_media_extension("s4/section_4_002.92_004.59"), "s4/section_4_002.92_004.59");
  EXPECT_EQ(without_media_extension("s4/section_4_002.92.MP4"), "s4/section_4_002.92");
  EXPECT_EQ(path_behind("x/test/test/T/1.mp4", "test").value_or(""), "T/1.mp4");
  EXPECT_FALSE(path_behind("x/tests/1.mp4", "test").has_value());
  EXPECT_EQ(with_folder("a/video/b/video", "video", "audio"), "a/audio/b/video");
}

TEST(MediaFilesTest, LinksRightBelowTheRootAreFollowed) {
  const TemporaryFolder disk;
  const TemporaryFolder root;
  put_media(disk / "T/1.mp4");
  put_media(disk / "T/1.wav");
  std::filesystem::create_directory_symlink(disk.path(), root / "part");
  std::filesystem::create_directory_symlink(root.path(), disk / "T/circle");
  EXPECT_EQ(media_files(root.path()).size(), 2U);
  ASSERT_EQ(clip_files(root.path()).size(), 1U);
  EXPECT_EQ(clip_files(root.path())[0], "part/T/1.mp4");
}

TEST(ClipPathsTest, TheShareHeldOutIsAboutRight) {
  int held_out = 0;
  for (int talker = 0; talker < 2000; ++talker) {
    held_out += is_held_out("T" + std::to_string(talker), 0.1) ? 1 : 0;
  }
  EXPECT_NEAR(held_out, 200, 60);  // 4.5 standard deviations
  EXPECT_FALSE(is_held_out("T", 0));
  EXPECT_TRUE(is_held_out("T", 1));
}

TEST(GridSentenceTest, SixLetters) {
  EXPECT_EQ(grid_sentence("bbaf2n"), "bin blue at f two now");
  EXPECT_EQ(grid_sentence("swwza9a").size(), 0U);
  EXPECT_EQ(grid_sentence("swwz9a"), "set white with z nine again");
  EXPECT_EQ(grid_sentence("pgizzp"), "place green in z zero please");
  for (const char* bad : {"", "bbaw2n", "xbaf2n", "bbafxn", "bbaf2"}) {
    EXPECT_EQ(grid_sentence(bad), "") << bad;
  }
}

TEST(LombardGridTest, NamesListsAndCameras) {
  const TemporaryFolder root;
  const std::string base = "lombardgrid/";
  for (const char* name :
       {"s12_p_bbavza", "s2_l_swwz9a", "s2_p_lrbk1n_WRONG_x", "s2_p_pgizzp", "odd"}) {
    put_media(root / (base + "front/" + name + ".mov"));
    put_media(root / (base + "side/" + name + ".mov"));
  }
  put_media(root / (base + "audio/s12_p_bbavza.wav"));
  put(root / (base + "json/a.json"),
      "[{\"SPKR\": \"s2\", \"COND\": \"p\", \"UTTERANCE\": \"pgizzp\", \"STATUS\": \"WRONG\"},"
      "{\"SPKR\": 12, \"COND\": \"P\", \"UTTERANCE\": \"bbavza\", \"STATUS\": \"CORRECT\"}, {}]");
  const CorpusListing listing = list_corpus("lombard_grid", root.path());
  EXPECT_EQ(listing.items.size(), 5U);
  const CorpusItem one = item_of(listing, "front/s12_p_bbavza");
  EXPECT_EQ(one.text, "bin blue at v zero again");
  EXPECT_EQ(one.sound, "lombardgrid/audio/s12_p_bbavza.wav");
  EXPECT_EQ(one.split, "test");
  EXPECT_EQ(one.talker, "s12");
  EXPECT_EQ(one.skip_reason, "");
  EXPECT_EQ(item_of(listing, "front/s2_l_swwz9a").split, "train");
  EXPECT_TRUE(holds(item_of(listing, "front/s2_p_lrbk1n_WRONG_x").skip_reason, "wrong"));
  EXPECT_TRUE(holds(
      item_of(listing, "front/s2_p_pgizzp").skip_reason, "a.json: entry 1: its status is WRONG"));
  EXPECT_TRUE(holds(item_of(listing, "front/odd").skip_reason, "expected a name"));
  EXPECT_TRUE(has_note(listing, "1 entries of JSON files have no STATUS", "entry 3"));
  EXPECT_TRUE(has_note(listing, "4 clips have no sound of their own"));
  EXPECT_EQ(list_corpus("lombard_grid", root.path(), {"camera=both"}).items.size(), 10U);
  const CorpusListing lombard =
      list_corpus("lombard_grid", root.path(), {"camera=side", "condition=lombard"});
  EXPECT_EQ(lombard.items.size(), 2U);
  EXPECT_EQ(item_of(lombard, "side/s2_l_swwz9a").text, "set white with z nine again");
  EXPECT_THROW(list_corpus("lombard_grid", root / "lombardgrid/audio"), DataError);
}

TEST(LrwTest, WordsInTheMiddle) {
  const TemporaryFolder root;
  const std::string base = "lipread_mp4/ABOUT/";
  put_media(root / (base + "train/ABOUT_00001.mp4"));
  put(root / (base + "train/ABOUT_00001.txt"), "Duration: 0.4 seconds\r\n");
  put_media(root / (base + "val/ABOUT_00001.mp4"));
  put(root / (base + "val/ABOUT_00001.txt"), "Channel: 1\n");
  put_media(root / (base + "test/ABOUT_00001.mp4"));
  put_media(root / (base + "test/OTHER_00001.mp4"));
  const CorpusListing listing = list_corpus("lrw", root.path());
  EXPECT_EQ(listing.items.size(), 4U);
  const CorpusItem one = item_of(listing, "ABOUT/train/ABOUT_00001");
  EXPECT_EQ(one.text, "about");
  EXPECT_EQ(one.split, "train");
  ASSERT_EQ(one.words.size(), 1U);
  EXPECT_NEAR(one.words[0].start_s, 0.38, 1e-9);
  EXPECT_NEAR(one.words[0].end_s, 0.78, 1e-9);
  EXPECT_EQ(item_of(listing, "ABOUT/val/ABOUT_00001").split, "valid");
  EXPECT_TRUE(item_of(listing, "ABOUT/val/ABOUT_00001").words.empty());
  EXPECT_TRUE(has_note(listing, "no line 'Duration:'", "val/ABOUT_00001.txt"));
  EXPECT_TRUE(has_note(listing, "the .txt is missing", "test/ABOUT_00001.txt"));
  EXPECT_TRUE(holds(item_of(listing, "ABOUT/test/OTHER_00001").skip_reason, "expected a name"));
  EXPECT_THROW(list_corpus("lrw", root / "lipread_mp4/ABOUT/train"), DataError);
}

TEST(Voxceleb2Test, SoundAndLists) {
  const TemporaryFolder root;
  put_media(root / "dev/mp4/id00012/21Ux/00001.mp4");
  put_media(root / "dev/mp4/id00012/21Ux/00002.mp4");
  put_media(root / "dev/aac/id00012/21Ux/00001.m4a");
  put_media(root / "test/mp4/id00017/01df/00003.mp4");
  const CorpusListing all = list_corpus("voxceleb2", root.path());
  EXPECT_EQ(all.items.size(), 3U);
  const CorpusItem one = item_of(all, "dev/mp4/id00012/21Ux/00001");
  EXPECT_EQ(one.sound, "dev/aac/id00012/21Ux/00001.m4a");
  EXPECT_EQ(one.talker, "id00012");
  EXPECT_EQ(one.split, "dev");
  EXPECT_EQ(one.text, "");
  EXPECT_EQ(one.skip_reason, "");
  EXPECT_TRUE(has_note(all, "2 clips have no sound of their own", "21Ux/00002"));
  EXPECT_TRUE(has_note(all, "VoxCeleb2 has no transcripts"));
  put(root / "english.txt", "dev/id00012/21Ux/00002\r\nid00017/01df/00003\nid1/x/9\n");
  const CorpusListing english = list_corpus("voxceleb2", root.path(), {"id_list=english.txt"});
  EXPECT_EQ(english.items.size(), 2U);
  EXPECT_EQ(item_of(english, "test/mp4/id00017/01df/00003").split, "test");
  EXPECT_TRUE(has_note(english, "1 ids of english.txt have no clip", "id1/x/9"));
  EXPECT_THROW(list_corpus("voxceleb2", root / "dev/aac"), DataError);
}

TEST(TcdTimitTest, FormsOfTheTranscript) {
  EXPECT_EQ(timit_sentence("0 46797 She had your suit.\n"), "She had your suit.");
  EXPECT_EQ(timit_sentence("0 2000 she\n2000 3000 had\n"), "she had");
  EXPECT_EQ(timit_sentence("\n2 cups\n"), "2 cups");
  const TemporaryFolder root;
  const std::string base = "volunteers/08F/Clips/straightcam/";
  put_media(root / (base + "sa1.mp4"));
  put(root / (base + "SA1.txt"), "0 46797 She had your dark suit.\n");
  put_media(root / (base + "si2.mp4"));
  put_media(root / (base + "si3.mp4"));
  put_media(root / "volunteers/08F/Clips/30degcam/sa1.mp4");
  put_media(root / "lipspeakers/Lipspkr1/Clips/straightcam/sa1.mp4");
  put(root / "PROMPTS.TXT", "; a comment\nOne more. (si2)\nHers. (sa1)\nno id\n");
  const CorpusListing plain = list_corpus("tcd_timit", root.path());
  EXPECT_EQ(plain.items.size(), 4U);
  EXPECT_EQ(item_of(plain, base + "sa1").text, "she had your dark suit");
  EXPECT_EQ(item_of(plain, base + "sa1").split, "test");
  EXPECT_EQ(item_of(plain, base + "sa1").talker, "08F");
  EXPECT_TRUE(holds(item_of(plain, base + "si2").skip_reason, "corpus.prompts"));
  const CorpusListing prompted =
      list_corpus("tcd_timit", root.path(), {"prompts=PROMPTS.TXT", "camera=both"});
  EXPECT_EQ(prompted.items.size(), 5U);
  EXPECT_EQ(item_of(prompted, base + "si2").text, "one more");
  EXPECT_TRUE(holds(item_of(prompted, base + "si3").skip_reason, "no prompt (si3)"));
  EXPECT_EQ(item_of(prompted, "lipspeakers/Lipspkr1/Clips/straightcam/sa1").split, "lipspeakers");
  EXPECT_TRUE(has_note(prompted, "1 lines of prompts", "PROMPTS.TXT:4"));
}

class MuavicTest : public testing::Test {
 protected:
  MuavicTest() {
    put_media(root_ / "muavic/en/video/train/Tk1/00001_0.mp4");
    put_media(root_ / "muavic/en/audio/train/Tk1/00001_0.wav");
    put_media(root_ / "muavic/en/video/train/Tk1/00002.mp4");
    put(root_ / "muavic/en/train_avsr.tsv",
        "/\nTk1/00001_0\t/data/muavic/en/video/train/Tk1/00001_0.mp4\t/data/x.wav\t100\t64000\n"
        "Tk1/00002\t/data/muavic/en/video/train/Tk1/00002.mp4\t/data/x.wav\t100\n"
        "Tk1/00003\t/data/muavic/en/video/train/Tk1/00003.mp4\t/data/x.wav\t100\t64000\n");
    put(root_ / "muavic/en/train_avsr.en", "it's so\nno\nnever\n");
  }

  TemporaryFolder root_;
};

TEST_F(MuavicTest, ListsOfAvHubert) {
  for (const char* below : {"", "/muavic/en"}) {
    const CorpusListing listing = list_corpus("muavic", root_.path() + below);
    EXPECT_EQ(listing.items.size(), 3U);
    const CorpusItem one = item_of(listing, "train/Tk1/00001_0");
    EXPECT_EQ(one.text, "it's so");
    EXPECT_EQ(one.split, "train");
    EXPECT_EQ(one.talker, "Tk1");
    EXPECT_TRUE(holds(one.source, "video/train/Tk1/00001_0.mp4"));
    EXPECT_TRUE(holds(one.sound, "audio/train/Tk1/00001_0.wav"));
    EXPECT_TRUE(
        holds(item_of(listing, "train_avsr.tsv:3").skip_reason, "train_avsr.tsv:3: expected"));
    EXPECT_TRUE(holds(item_of(listing, "train_avsr.tsv:4").skip_reason, "00003.mp4 is missing"));
    EXPECT_TRUE(has_note(listing, "there is no list valid_avsr.tsv"));
  }
}

TEST_F(MuavicTest, TextsOfAnotherListAreRefused) {
  for (const char* texts : {"one\ntwo\n", "one\ntwo\nthree\nfour\n"}) {
    put(root_ / "muavic/en/train_avsr.en", texts);
    EXPECT_THROW(list_corpus("muavic", root_.path()), DataError);
  }
  EXPECT_THROW(list_corpus("muavic", root_ / "muavic/en/video"), DataError);
}

TEST(CmlrTest, ListsAndTexts) {
  const TemporaryFolder root;
  const std::string a = "s4/20110304/section_4_002.92_004.59";
  const std::string b = "s4/20110304/section_5_004.59_006.00";
  put_media(root / ("video/" + a + ".mp4"));
  put_media(root / ("audio/" + a + ".wav"));
  put(root / ("text/" + a + ".txt"), "把点子变成现实\n");
  put_media(root / ("video/" + b + ".mp4"));
  put(root / "train.csv", "s4_20110304_section_4_002.92_004.59\r\n");
  put(root / "val.csv", "s1/20170121/section_1_000.80_002.91.mp4,x\n");
  const CorpusListing listing = list_corpus("cmlr", root.path());
  EXPECT_EQ(listing.items.size(), 2U);
  const CorpusItem one = item_of(listing, "video/" + a);
  EXPECT_EQ(one.text, "把点子变成现实");
  EXPECT_EQ(one.split, "train");
  EXPECT_EQ(one.talker, "s4");
  EXPECT_EQ(one.sound, "audio/" + a + ".wav");
  EXPECT_EQ(item_of(listing, "video/" + b).split, "");
  EXPECT_TRUE(holds(item_of(listing, "video/" + b).skip_reason, "no transcript"));
  EXPECT_TRUE(has_note(listing, "1 clips are in no list", "section_5"));
  EXPECT_TRUE(has_note(listing, "1 lines of lists have no clip", "val.csv:1"));
  EXPECT_TRUE(has_note(listing, "there is no list test.csv"));
}

TEST(FolderCorpusTest, TranscriptsWithWordTimes) {
  const TemporaryFolder root;
  put_media(root / "a.mp4");
  put(root / "a.txt",
      "Text:  HI YOU\nConf:  3\n\nWORD START END ASDSCORE\nHI 0.1 0.3 1\nYOU 0.3 1 1\n");
  put_media(root / "b.mp4");
  put_media(root / "b.wav");
  put(root / "b.txt", "你好，世界");
  const CorpusListing listing = list_corpus("folder", root.path(), {"text=mandarin-1"});
  EXPECT_EQ(listing.text_rules, "mandarin-1");
  EXPECT_EQ(item_of(listing, "b").text, "你好世界");
  const CorpusListing english = list_corpus("folder", root.path());
  EXPECT_EQ(item_of(english, "a").text, "hi you");
  ASSERT_EQ(item_of(english, "a").words.size(), 2U);
  EXPECT_DOUBLE_EQ(item_of(english, "a").words[1].end_s, 1);
  EXPECT_EQ(english.items.size(), 2U);
}

TEST(CorporaTest, EveryCorpusNamesItsRulesAndRefusesAnEmptyFolder) {
  const TemporaryFolder root;
  for (const std::string& name : corpora().names()) {
    EXPECT_THROW(list_corpus(name, root.path()), DataError) << name;
    EXPECT_THROW(list_corpus(name, root / "none"), DataError) << name;
    EXPECT_THROW(list_corpus(name, root.path(), {"text=klingon-1"}), ConfigError) << name;
  }
  EXPECT_EQ(corpora().names().size(), 14U);
}

}  // namespace
}  // namespace sotto::datasets
