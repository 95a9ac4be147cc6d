#include "datasets/prepare.h"

#include <set>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "datasets/corpora/corpus.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

/// A corpus of the two test clips under several names, and clips that cannot be used.
class PrepareTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string one = read_file(test_corpus() + "/s1/bbaf2n.mp4");
    const std::string two = read_file(test_corpus() + "/s5/bbal3s.mp4");
    for (const char* name : {"a/one", "a/two", "b/one", "b/two"}) {
      put(corpus_ / (std::string(name) + ".mp4"), name[2] == 'o' ? one : two);
      put(corpus_ / (std::string(name) + ".txt"), "Bin blue!");
    }
    put(corpus_ / "b/garbage.mp4", "no film at all");
    put(corpus_ / "b/garbage.txt", "nothing");
    put(corpus_ / "b/mute.mp4", one);
  }

  PrepareOptions options(const std::string& out, int64_t jobs = 1) const {
    PrepareOptions all;
    all.corpus.type = "folder";
    all.corpus.options = corpora().make_options("folder");
    all.root = corpus_.path();
    all.out = out_ / out;
    all.jobs = jobs;
    return all;
  }

  TemporaryFolder corpus_;
  TemporaryFolder out_;
};

TEST_F(PrepareTest, AStoreOfWhatCanBeUsed) {
  std::set<std::string> messages;
  std::set<std::string> done;
  int64_t total = 0;
  PrepareCallbacks callbacks;
  callbacks.start = [&](int64_t clips) { total = clips; };
  callbacks.message = [&](const std::string& line) { messages.insert(line); };
  callbacks.clip_done = [&](const std::string& id, int64_t /*frames*/) { done.insert(id); };
  const PrepareReport report = prepare(options("store", 2), callbacks);
  EXPECT_EQ(report.clips, 6);
  EXPECT_EQ(report.prepared, 4);
  EXPECT_EQ(report.skipped, 2);
  EXPECT_EQ(report.frames, 4 * 75);
  EXPECT_DOUBLE_EQ(report.face_share, 1);
  EXPECT_NEAR(report.kept(), 4.0 / 6, 1e-9);
  EXPECT_EQ(total, 6);
  EXPECT_EQ(done.size(), 6U);
  EXPECT_EQ(messages.size(), 2U);

  const Store store(out_ / "store");
  ASSERT_EQ(store.manifest().size(), 4U);
  EXPECT_EQ(store.manifest()[0].id, "a/one");
  EXPECT_EQ(store.manifest()[3].id, "b/two");
  const Utterance utterance = store.load(store.entry("b/one"));
  EXPECT_EQ(utterance.text, "bin blue");
  EXPECT_EQ(utterance.crops.at("lips").frames, 75);
  EXPECT_EQ(utterance.wave.size(), 75U * 640U);
  EXPECT_TRUE(std::filesystem::exists(out_ / "store/report.html"));
  const std::string skipped = read_file(out_ / "store/skipped.jsonl");
  EXPECT_NE(skipped.find("\"b/garbage\""), std::string::npos);
  EXPECT_NE(skipped.find("mute.txt is missing"), std::string::npos);
  EXPECT_NE(read_file(out_ / "store/store.json").find("300-W"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(out_ / "store/journal.jsonl"));
}

TEST_F(PrepareTest, StoppedAndContinuedIsTheSame) {
  prepare(options("whole"));
  PrepareCallbacks stop;
  int64_t clips = 0;
  stop.clip_done = [&](const std::string& /*id*/, int64_t /*frames*/) {
    if (++clips == 2) {
      throw Interrupted(SIGTERM, "stopped");
    }
  };
  EXPECT_THROW(prepare(options("parts"), stop), Interrupted);
  EXPECT_FALSE(std::filesystem::exists(out_ / "parts/manifest.jsonl"));
  const PrepareReport report = prepare(options("parts", 2));
  EXPECT_EQ(report.earlier, 2);
  for (const char* name :
       {"manifest.jsonl", "skipped.jsonl", "store.json", "clips/a/one.mkv", "report.html"}) {
    EXPECT_EQ(
        read_file(out_ / (std::string("whole/") + name)),
        read_file(out_ / (std::string("parts/") + name)))
        << name;
  }
}

TEST_F(PrepareTest, KilledAndContinuedIsTheSame) {
  prepare(options("whole"));
  const pid_t child = ::fork();
  if (child == 0) {
    PrepareCallbacks die;
    int64_t clips = 0;
    die.clip_done = [&](const std::string& /*id*/, int64_t /*frames*/) {
      if (++clips == 3) {
        ::_exit(9);
      }
    };
    prepare(options("parts"), die);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 9);
  // The line that was being written when it was killed.
  const std::string journal = out_ / "parts/journal.jsonl";
  put(journal, read_file(journal) + "{\"id\":\"b/tw");
  put(out_ / "parts/clips/b/.partial-1-two.mkv", "half");
  prepare(options("parts"));
  EXPECT_FALSE(std::filesystem::exists(out_ / "parts/clips/b/.partial-1-two.mkv"));
  EXPECT_EQ(read_file(out_ / "whole/manifest.jsonl"), read_file(out_ / "parts/manifest.jsonl"));
  EXPECT_EQ(read_file(out_ / "whole/skipped.jsonl"), read_file(out_ / "parts/skipped.jsonl"));
}

TEST_F(PrepareTest, AFinishedStoreTriesSkippedClipsAgain) {
  prepare(options("store"));
  put(corpus_ / "b/mute.txt", "now with words");
  std::filesystem::remove(out_ / "store/clips/a/two.mkv");
  std::set<std::string> done;
  PrepareCallbacks callbacks;
  callbacks.clip_done = [&](const std::string& id, int64_t /*frames*/) { done.insert(id); };
  const PrepareReport report = prepare(options("store"), callbacks);
  EXPECT_EQ(done, (std::set<std::string>{"a/two", "b/garbage", "b/mute"}));
  EXPECT_EQ(report.prepared, 5);
  EXPECT_EQ(report.skipped, 1);
}

TEST_F(PrepareTest, AStoreTakesTheTextsThatTheCorpusHasNow) {
  const auto before = read_file(corpus_ / "a/one.txt");
  prepare(options("store"));
  const std::string whole = read_file(out_ / "store/manifest.jsonl");
  put(corpus_ / "a/one.txt", "Set white.");
  std::set<std::string> done;
  std::set<std::string> messages;
  PrepareCallbacks callbacks;
  callbacks.clip_done = [&](const std::string& id, int64_t /*frames*/) { done.insert(id); };
  callbacks.message = [&](const std::string& line) { messages.insert(line); };
  prepare(options("store"), callbacks);
  EXPECT_EQ(done, (std::set<std::string>{"b/garbage", "b/mute"}));
  EXPECT_EQ(Store(out_ / "store").entry("a/one").text, "set white");
  EXPECT_EQ(Store(out_ / "store").entry("a/two").text, "bin blue");
  EXPECT_EQ(messages.size(), 3U);  // two are skipped
  put(corpus_ / "a/one.txt", before);
  prepare(options("store"));
  EXPECT_EQ(read_file(out_ / "store/manifest.jsonl"), whole);
}

TEST_F(PrepareTest, AClipOfAnotherFileIsPreparedAgain) {
  prepare(options("store"));
  std::filesystem::rename(corpus_ / "a/one.mp4", corpus_ / "a/one.mov");
  std::set<std::string> done;
  PrepareCallbacks callbacks;
  callbacks.clip_done = [&](const std::string& id, int64_t /*frames*/) { done.insert(id); };
  prepare(options("store"), callbacks);
  EXPECT_EQ(done, (std::set<std::string>{"a/one", "b/garbage", "b/mute"}));
  EXPECT_EQ(Store(out_ / "store").entry("a/one").source, "a/one.mov");
}

TEST_F(PrepareTest, OtherOptionsAreRefusedWithWhatDiffers) {
  prepare(options("store"));
  PrepareOptions other = options("store");
  other.face = "left";
  try {
    prepare(other);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("face"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("left"), std::string::npos) << error.what();
  }
}

TEST_F(PrepareTest, PartsPutTogetherAreWhatOneRunMakes) {
  prepare(options("whole"));
  for (const int64_t index : {2, 0}) {
    PrepareOptions part = options("parts");
    part.part = {index, 3};
    const PrepareReport report = prepare(part);
    EXPECT_EQ(report.clips, 2);
  }
  EXPECT_FALSE(std::filesystem::exists(out_ / "parts/manifest.jsonl"));
  try {
    merge_parts(out_ / "parts");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("not finished: 2;"), std::string::npos)
        << error.what();
  }
  PrepareOptions second = options("parts");
  second.part = {1, 3};
  prepare(second);
  merge_parts(out_ / "parts");
  for (const char* name :
       {"manifest.jsonl", "skipped.jsonl", "store.json", "clips/a/one.mkv", "report.html"}) {
    EXPECT_EQ(
        read_file(out_ / (std::string("whole/") + name)),
        read_file(out_ / (std::string("parts/") + name)))
        << name;
  }
  EXPECT_EQ(Store(out_ / "parts").manifest().size(), 4U);
}

TEST_F(PrepareTest, PartsRunAndMergedAgainKeepWhatIsThere) {
  for (int round = 0; round < 2; ++round) {
    for (const int64_t index : {0, 1}) {
      PrepareOptions part = options("parts");
      part.part = {index, 2};
      const PrepareReport report = prepare(part);
      EXPECT_EQ(report.clips, 3);
      EXPECT_EQ(report.prepared + report.skipped, 3);
      EXPECT_EQ(report.earlier, round == 0 ? 0 : report.prepared);
    }
    merge_parts(out_ / "parts");
    merge_parts(out_ / "parts");  // does no harm
    EXPECT_EQ(Store(out_ / "parts").manifest().size(), 4U);
    EXPECT_NE(read_file(out_ / "parts/skipped.jsonl").find("b/garbage"), std::string::npos);
  }
  prepare(options("whole"));
  EXPECT_EQ(read_file(out_ / "whole/manifest.jsonl"), read_file(out_ / "parts/manifest.jsonl"));
  EXPECT_EQ(read_file(out_ / "whole/skipped.jsonl"), read_file(out_ / "parts/skipped.jsonl"));
}

TEST_F(PrepareTest, AnotherNumberOfPartsIsRefused) {
  PrepareOptions part = options("parts");
  part.part = {0, 2};
  prepare(part);
  part.part = {0, 3};
  EXPECT_THROW(prepare(part), ConfigError);
  EXPECT_THROW(prepare(options("parts")), ConfigError);
}

TEST_F(PrepareTest, AClipThatIsGoneIsNotMergedInSilence) {
  PrepareOptions part = options("parts");
  part.part = {0, 2};
  prepare(part);
  part.part = {1, 2};
  prepare(part);
  std::filesystem::remove(out_ / "parts/clips/a/two.mkv");
  EXPECT_THROW(merge_parts(out_ / "parts"), DataError);
  part.part = {0, 2};
  prepare(part);
  part.part = {1, 2};
  prepare(part);
  merge_parts(out_ / "parts");
  EXPECT_EQ(Store(out_ / "parts").manifest().size(), 4U);
}

TEST_F(PrepareTest, EverybodysUtterancesAreThereTogetherOrDoneAgain) {
  PrepareOptions everybody = options("store");
  everybody.face = "all";
  prepare(everybody);
  const std::string whole = read_file(out_ / "store/manifest.jsonl");
  EXPECT_NE(whole.find("\"a/one_face1\""), std::string::npos);
  EXPECT_NE(whole.find("\"item\":\"a/one\",\"of\":1"), std::string::npos);
  // As if the second of two lines of a clip had not been written.
  std::string half = whole;
  half.replace(half.find("\"of\":1"), 6, "\"of\":2");
  put(out_ / "store/manifest.jsonl", half);
  std::set<std::string> done;
  PrepareCallbacks callbacks;
  callbacks.clip_done = [&](const std::string& id, int64_t /*frames*/) { done.insert(id); };
  prepare(everybody, callbacks);
  EXPECT_EQ(done, (std::set<std::string>{"a/one", "b/garbage", "b/mute"}));
  EXPECT_EQ(read_file(out_ / "store/manifest.jsonl"), whole);
}

TEST_F(PrepareTest, NamesThatNoFileCanHaveAreSkipped) {
  const std::string clip = read_file(test_corpus() + "/s1/bbaf2n.mp4");
  put(corpus_ / ("c/" + std::string(230, 'x') + ".mp4"), clip);
  put(corpus_ / ("c/" + std::string(230, 'x') + ".txt"), "bin");
  put(corpus_ / "d.mkv/one.mp4", clip);
  put(corpus_ / "d.mkv/one.txt", "bin");
  const PrepareReport report = prepare(options("store"));
  EXPECT_EQ(report.prepared, 4);
  EXPECT_EQ(report.skipped, 4);
}

TEST_F(PrepareTest, FurtherCropsAndColourAreStored) {
  PrepareOptions all = options("store");
  all.crops = {"lower:128", "face:224:112"};
  all.colour = true;
  prepare(all);
  const Store store(out_ / "store");
  const Utterance utterance = store.load(store.entry("a/one"));
  ASSERT_EQ(utterance.crops.size(), 3U);
  const Crop& lips = utterance.crops.at("lips");
  const Crop& lower = utterance.crops.at("lower");
  EXPECT_EQ(lips.channels, 3);
  EXPECT_EQ(lower.width, 128);
  EXPECT_EQ(utterance.crops.at("face").width, 112);
  EXPECT_EQ(utterance.crops.at("face").frames, 75);
  // The mouth is the middle of the larger square.
  int64_t equal = 0;
  for (int64_t y = 0; y < 96; ++y) {
    for (int64_t x = 0; x < 96 * 3; ++x) {
      equal += lips.pixels[static_cast<size_t>(y * 96 * 3 + x)] ==
               lower.pixels[static_cast<size_t>((y + 16) * 128 * 3 + x + 16 * 3)];
    }
  }
  EXPECT_EQ(equal, 96 * 96 * 3);
}

TEST_F(PrepareTest, AClipThatTakesTooLongIsSkipped) {
  PrepareOptions hasty = options("store");
  hasty.clip_time_s = 1e-6;
  const PrepareReport report = prepare(hasty);
  EXPECT_EQ(report.prepared, 0);
  EXPECT_NE(read_file(out_ / "store/skipped.jsonl").find("it takes longer than"), std::string::npos);
}

TEST_F(PrepareTest, ForeignFoldersAreLeftAlone) {
  put(out_ / "letters/mine.txt", "x");
  EXPECT_THROW(prepare(options("letters")), DataError);
  put(out_ / "file", "x");
  EXPECT_THROW(prepare(options("file")), DataError);
}

TEST_F(PrepareTest, ImpossibleOptionsAreRefused) {
  PrepareOptions no_root = options("store");
  no_root.root.clear();
  EXPECT_THROW(prepare(no_root), ConfigError);
  PrepareOptions nothing = options("store");
  nothing.video = false;
  nothing.audio = false;
  EXPECT_THROW(prepare(nothing), ConfigError);
  PrepareOptions elsewhere = options("store");
  elsewhere.root = corpus_ / "none";
  EXPECT_THROW(prepare(elsewhere), DataError);
}

}  // namespace
}  // namespace sotto::datasets
