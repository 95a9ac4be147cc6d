#include "datasets/synth/synth.h"

#include <csignal>
#include <set>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/media/media_reader.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/sentences.h"
#include "datasets/synth/speech.h"
#include "datasets/synth/synth_run.h"
#include "datasets/text/normalise.h"
#include "tests/datasets/synth_tree.h"

namespace sotto::datasets {
namespace {

int64_t frames_of(const std::string& path) {
  MediaReader reader(path);
  int64_t frames = 0;
  while (reader.next_frame()) {
    ++frames;
  }
  return frames;
}

TEST(SynthSentencesTest, MadeUpSentences) {
  std::set<std::string> texts;
  for (uint64_t i = 0; i < 200; ++i) {
    Random random(i);
    const int64_t wanted = 1 + static_cast<int64_t>(i % 14);
    const std::string text = synth::english_sentence(random, wanted);
    const auto words = static_cast<int64_t>(synth::words_of(text).size());
    EXPECT_GE(words, std::min<int64_t>(wanted, 5) - 2) << text;
    EXPECT_LE(words, wanted + 5) << text;
    EXPECT_EQ(text.back(), '.');
    texts.insert(text);
  }
  EXPECT_GT(texts.size(), 150U);
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    EXPECT_LE(synth::words_of(synth::mandarin_sentence(random, 6)).size(), 6U);
  }
}

TEST(SynthSentencesTest, GridSentencesFollowTheGrammar) {
  Random random(4);
  for (int i = 0; i < 300; ++i) {
    const synth::GridSentence sentence = synth::grid_sentence(random);
    const auto words = synth::words_of(sentence.text);
    ASSERT_EQ(words.size(), 6U) << sentence.text;
    ASSERT_EQ(sentence.name.size(), 6U);
    for (const size_t k : {0, 1, 2, 3, 5}) {
      EXPECT_EQ(sentence.name[k], words[k].word[0]) << sentence.text;
    }
    EXPECT_EQ(words[3].word.size(), 1U);
    EXPECT_NE(words[3].word, "w");
    EXPECT_TRUE(sentence.name[4] == 'z' || std::isdigit(sentence.name[4]) != 0) << sentence.name;
  }
}

TEST(SynthSentencesTest, OddBytes) {
  EXPECT_EQ(
      synth::odd_bytes("byte_order_mark", "a\n"),
      "\xEF\xBB\xBF"
      "a\n");
  EXPECT_EQ(synth::odd_bytes("crlf", "a\nb\n"), "a\r\nb\r\n");
  EXPECT_EQ(synth::odd_bytes("latin1", "caf\xC3\xA9 \xC2\xA3"), "caf\xE9 \xA3");
  EXPECT_EQ(synth::odd_bytes("", "caf\xC3\xA9\n"), "caf\xC3\xA9\n");
}

TEST(SynthTest, AFolderOfClips) {
  const TemporaryFolder folder;
  SynthOptions options = small_tree(folder / "out", "folder");
  options.clips = 2;
  options.seconds = 3;
  std::set<std::string> done;
  int64_t total = 0;
  SynthCallbacks callbacks;
  callbacks.start = [&](int64_t clips) { total = clips; };
  callbacks.clip_done = [&](const std::string& id) { done.insert(id); };
  const SynthReport report = synthesise(options, callbacks);
  EXPECT_EQ(report.made, 2);
  EXPECT_EQ(report.failed, 0);
  EXPECT_EQ(total, 2);
  EXPECT_EQ(done, (std::set<std::string>{"talker01/clip0001.mp4", "talker02/clip0001.mp4"}));
  EXPECT_EQ(frames_of(folder / "out/talker01/clip0001.mp4"), 75);

  const CorpusListing listing = list_corpus("folder", folder / "out");
  ASSERT_EQ(listing.items.size(), 2U);
  for (const CorpusItem& item : listing.items) {
    EXPECT_EQ(item.skip_reason, "");
    ASSERT_FALSE(item.words.empty());
    std::string text;
    for (const WordTime& word : item.words) {
      text += (text.empty() ? "" : " ") + word.word;
      EXPECT_LT(word.end_s, 3);
    }
    EXPECT_EQ(text, item.text);
  }
  EXPECT_EQ(listing.items[1].talker, "talker02");
}

TEST(SynthTest, StoppedAndContinuedIsTheSame) {
  const TemporaryFolder folder;
  synthesise(small_tree(folder / "whole", "folder"));
  SynthCallbacks stop;
  stop.clip_done = [](const std::string& /*id*/) { throw Interrupted(SIGTERM, "stopped"); };
  SynthOptions parts = small_tree(folder / "parts", "folder");
  parts.jobs = 1;
  EXPECT_THROW(synthesise(parts, stop), Interrupted);
  const SynthReport report = synthesise(parts);
  EXPECT_EQ(report.earlier, 1);
  EXPECT_EQ(report.made, 3);
  int64_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "whole")) {
    if (entry.is_regular_file()) {
      const auto path = entry.path().lexically_relative(folder / "whole");
      EXPECT_EQ(
          read_file(entry.path().string()),
          read_file((std::filesystem::path(folder / "parts") / path).string()))
          << path;
      ++files;
    }
  }
  EXPECT_GE(files, 9);
  EXPECT_EQ(synthesise(parts).made, 0);
}

TEST(SynthTest, SentencesOfAFile) {
  const TemporaryFolder folder;
  put(folder / "lines.txt", "\xEF\xBB\xBFGood evening, Anna.\r\n\r\n...\r\nIt's two.\r\n");
  SynthOptions options = small_tree(folder / "out", "folder");
  options.clips = 3;
  options.talkers = 1;
  options.sentences = folder / "lines.txt";
  synthesise(options);
  const CorpusListing listing = list_corpus("folder", folder / "out");
  ASSERT_EQ(listing.items.size(), 3U);
  EXPECT_EQ(listing.items[0].text, "good evening anna");
  EXPECT_EQ(listing.items[1].text, "it's two");
  EXPECT_EQ(listing.items[2].text, "good evening anna");
  put(folder / "empty.txt", "\n");
  options.sentences = folder / "empty.txt";
  EXPECT_THROW(synthesise(options), DataError);
}

TEST(SynthTest, ASentenceThatIsTooLongIsNamed) {
  const TemporaryFolder folder;
  put(folder / "lines.txt",
      "This sentence goes on for much longer than half a second could take.\nYes\n");
  SynthOptions options = small_tree(folder / "out", "folder");
  options.clips = 2;
  options.seconds = 0.8;
  options.sentences = folder / "lines.txt";
  std::string told;
  SynthCallbacks callbacks;
  callbacks.message = [&](const std::string& line) { told += line; };
  const SynthReport report = synthesise(options, callbacks);
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(report.made, 1);
  EXPECT_TRUE(holds(told, "talker01/clip0001.mp4")) << told;
  EXPECT_TRUE(holds(told, "seconds")) << told;
  EXPECT_FALSE(std::filesystem::exists(folder / "out/talker01/clip0001.txt"));
}

TEST(SynthTest, Mandarin) {
  const TemporaryFolder folder;
  SynthOptions options = small_tree(folder / "out", "folder");
  options.language = "zh";
  options.clips = 2;
  synthesise(options);
  const CorpusListing listing =
      list_corpus("folder", folder / "out", {"text=mandarin-simplified-1"});
  ASSERT_EQ(listing.items.size(), 2U);
  for (const CorpusItem& item : listing.items) {
    EXPECT_EQ(item.skip_reason, "");
    EXPECT_GE(static_cast<unsigned char>(item.text[0]), 0xE4) << item.text;  // a Han character
    EXPECT_EQ(item.words.size() * 3, item.text.size());
  }
}

TEST(SynthTest, OtherOptionsAndForeignFoldersAreRefused) {
  const TemporaryFolder folder;
  SynthOptions options = small_tree(folder / "out", "folder");
  options.clips = 1;
  synthesise(options);
  options.jobs = 1;
  synthesise(options);
  options.seed = 2;
  try {
    synthesise(options);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(holds(error.what(), "seed: 2")) << error.what();
  }
  put(folder / "letters/mine.txt", "x");
  EXPECT_THROW(synthesise(small_tree(folder / "letters", "folder")), DataError);
}

TEST(SynthTest, ImpossibleOptionsAreRefused) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::function<void(SynthOptions&)>& change) {
    SynthOptions options = small_tree(folder / "out", "grid");
    change(options);
    EXPECT_THROW(synthesise(options), ConfigError);
  };
  refused([](SynthOptions& options) { options.out.clear(); });
  refused([](SynthOptions& options) { options.layout = "gird"; });
  refused([](SynthOptions& options) { options.width = 97; });
  refused([](SynthOptions& options) { options.height = 20; });
  refused([](SynthOptions& options) { options.seconds = 0.1; });
  refused([](SynthOptions& options) { options.language = "zh"; });
  refused([](SynthOptions& options) { options.sentences = "lines.txt"; });
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(SynthLayoutTest, FolderWithOddRows) {
  const TemporaryFolder folder;
  SynthOptions options = small_tree(folder.path() + "/out", "folder");
  options.clips = 1;
  options.odd = true;
  const SynthReport report = synthesise(options);
  EXPECT_EQ(report.odd, 7);
  const auto odd = odd_rows(options.out);
  const CorpusListing listing = list_corpus("folder", options.out);
  for (const char* kind : {"byte_order_mark", "crlf", "no_sound"}) {
    const CorpusItem item = item_of(listing, id_of(odd[kind]));
    EXPECT_EQ(item.skip_reason, "") << kind;
    EXPECT_EQ(item.text, normalise_english(odd[kind]["expected"].get<std::string>())) << kind;
  }
  EXPECT_EQ(item_of(listing, id_of(odd["latin1"])).text, "the caf\xC3\xA9 is open");
  EXPECT_TRUE(holds(item_of(listing, id_of(odd["missing_text"])).skip_reason, "missing"));
  EXPECT_TRUE(holds(item_of(listing, id_of(odd["empty_text"])).skip_reason, "empty"));
  EXPECT_TRUE(odd["empty_text"]["expected"].is_null());
  EXPECT_FALSE(MediaReader(options.out + "/odd/no_sound.mp4").info().has_audio);
  EXPECT_EQ(frames_of(options.out + "/odd/one_frame.mp4"), 1);
}

TEST(SynthLayoutTest, Grid) {
  const TemporaryFolder folder;
  SynthOptions options = small_tree(folder.path() + "/out", "grid");
  options.clips = 3;
  options.odd = true;
  const SynthReport report = synthesise(options);
  EXPECT_EQ(report.clips, 11);
  const auto odd = odd_rows(options.out);
  const CorpusListing listing = list_corpus("grid", options.out);
  ASSERT_EQ(listing.items.size(), 11U);
  int64_t usable = 0;
  for (const CorpusItem& item : listing.items) {
    if (!item.skip_reason.empty()) {
      continue;
    }
    ++usable;
    const std::string name = item.id.substr(item.id.find('/') + 1);
    ASSERT_EQ(item.words.size(), 6U) << item.text;
    EXPECT_EQ(item.words[3].word, name.substr(3, 1));  // a letter is written as such, even "a"
    EXPECT_EQ(item.words[0].word[0], name[0]);
    EXPECT_GT(item.words[0].start_s, 0.05);
    EXPECT_LT(item.words[5].end_s, 2.95);
  }
  for (const char* kind : {"byte_order_mark", "crlf", "no_sound", "one_frame", "74_frames"}) {
    EXPECT_EQ(item_of(listing, id_of(odd[kind])).skip_reason, "") << kind;
  }
  EXPECT_EQ(usable, 3 + 5);
  EXPECT_EQ(synth::make_layout("grid")->width(), 360);
  EXPECT_EQ(synth::make_layout("grid")->height(), 288);
  EXPECT_EQ(frames_of(options.out + "/" + odd["crlf"]["media"].get<std::string>()), 75);
  EXPECT_EQ(frames_of(options.out + "/" + odd["74_frames"]["media"].get<std::string>()), 74);
  const auto reason = [&](const char* kind) {
    return item_of(listing, id_of(odd[kind])).skip_reason;
  };
  EXPECT_TRUE(holds(reason("missing_text"), "missing")) << reason("missing_text");
  EXPECT_TRUE(holds(reason("empty_text"), "no words")) << reason("empty_text");
  EXPECT_TRUE(holds(reason("bad_row"), ".align:3: expected")) << reason("bad_row");
  EXPECT_EQ(odd["bad_row"]["line"], 3);
  // The last row ends where the clip does.
  EXPECT_TRUE(holds(
      read_file(options.out + "/align/" + id_of(odd["no_sound"]) + ".align"), " 75000 sil\n"));
}

}  // namespace
}  // namespace sotto::datasets
