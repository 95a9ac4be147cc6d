// NIST's own program beside ours: the golden cases were made with it, and where it is installed
// (Debian's sctk) both are run on random ones.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "common/files.h"
#include "decoding/rover_clips.h"
#include "decoding/transcript_reader.h"
#include "decoding/transcript_text.h"
#include "tests/common/temporary_folder.h"
#include "tests/sctk.h"

namespace sotto::decoding {
namespace {

using Systems = std::vector<std::vector<Word>>;

/// What a case is run with, and what NIST's program calls it.
struct Setting {
  const char* method;
  double alpha;
  double null_confidence;
};

constexpr Setting kSettings[] = {
    {"meth1", 1, 0},
    {"meth1", 0.5, 0.6},
    {"avgconf", 0.4, 0.3},
    {"maxconf", 0.25, 0.7},
    {"maxconf", 0, 0.5},
};

RoverOptions options_of(const Setting& setting) {
  const std::string method = setting.method;
  return {
      method == "avgconf"   ? RoverMethod::kAverage
      : method == "maxconf" ? RoverMethod::kMaximum
                            : RoverMethod::kFrequency,
      setting.alpha,
      setting.null_confidence};
}

std::vector<std::vector<Word>> words_of(const std::vector<std::string>& paths) {
  Systems systems;
  for (const std::string& path : paths) {
    const std::vector<Transcript> clips = parse_transcripts(read_file(path), path);
    systems.push_back(clips.empty() ? std::vector<Word>() : clips.at(0).words);
  }
  return systems;
}

/// What one speaker said, as a system of so much error hears it: words drop out, are others, come
/// on top, begin earlier or later; now and then a silence.
std::vector<Word> heard(const std::vector<Word>& said, double error, std::mt19937& engine) {
  std::uniform_real_distribution<double> chance(0, 1);
  const auto letter = [&] { return std::string(1, static_cast<char>('a' + engine() % 6)); };
  // One digit, so that scores often tie; not 0, as sctk stops at slots without any confidence.
  const auto confidence = [&] { return static_cast<double>(1 + engine() % 10) / 10; };
  std::vector<Word> words;
  for (const Word& word : said) {
    if (chance(engine) < error / 3) {
      continue;
    }
    const double shift = static_cast<double>(engine() % 9) / 100;
    Word next = {word.word, word.start + shift, word.end + shift, confidence()};
    if (chance(engine) < error / 3) {
      next.word = letter();
    }
    words.push_back(next);
    if (chance(engine) < error / 3) {
      words.push_back({letter(), next.end, next.end + 0.05, confidence()});
    }
  }
  return words;
}

Systems random_systems(std::mt19937& engine, size_t count) {
  std::vector<Word> said;
  double time = 0;
  const size_t length = 1 + engine() % 24;
  for (size_t i = 0; i < length; ++i) {
    time += static_cast<double>(engine() % 10 == 0 ? 100 + engine() % 200 : engine() % 20) / 100;
    const double end = time + static_cast<double>(5 + engine() % 40) / 100;
    said.push_back({std::string(1, static_cast<char>('a' + engine() % 6)), time, end, 1});
    time = end;
  }
  Systems systems;
  for (size_t k = 0; k < count; ++k) {
    systems.push_back(heard(said, 0.2 + 0.5 * static_cast<double>(engine() % 3), engine));
    if (systems.back().empty()) {
      systems.back() = {{"a", 0, 0.1, 0.5}};
    }
  }
  return systems;
}

std::string as_ctm(const std::vector<Word>& words) {
  Transcript clip;
  clip.id = "clip";
  clip.words = words;
  return write_ctm({clip});
}

std::string sctk_rover(
    const std::vector<std::string>& paths, const Setting& setting, const std::string& out) {
  std::string command = "sctk rover -f 0 -m " + std::string(setting.method) + " -a " +
                        std::to_string(setting.alpha) + " -c " +
                        std::to_string(setting.null_confidence) + " -o '" + out + "'";
  for (const std::string& path : paths) {
    command += " -h '" + path + "' ctm";
  }
  return command + " >/dev/null 2>&1";
}

void expect_equal(
    const std::vector<Word>& ours, const std::vector<Word>& theirs, const std::string& what) {
  ASSERT_EQ(words_text(ours), words_text(theirs)) << what;
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i].start, theirs[i].start, 6e-4) << what;  // printed with three digits
    EXPECT_NEAR(ours[i].end, theirs[i].end, 1.1e-3) << what;
    EXPECT_NEAR(ours[i].confidence, theirs[i].confidence, 1e-6) << what;  // with six
  }
}

void expect_equal_to_sctk(const Systems& systems, const Setting& setting) {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const std::vector<Word>& words : systems) {
    paths.push_back(folder / ("system" + std::to_string(paths.size())));
    write_file(paths.back(), as_ctm(words));
  }
  const std::string out = folder / "out";
  ASSERT_EQ(std::system(sctk_rover(paths, setting, out).c_str()), 0);
  // Both read the files, so that they see the same rounded numbers.
  const std::vector<Word> ours = rover(words_of(paths), options_of(setting));
  const Systems theirs = words_of({out});
  std::string inputs;
  for (const std::string& path : paths) {
    inputs += read_file(path) + "\n";
  }
  expect_equal(ours, theirs[0], std::string(setting.method) + "\n" + inputs);
}

TEST(RoverSctkTest, EqualsSctkOnRandomSystems) {
  if (!tests::has_sctk()) {
    GTEST_SKIP() << "sctk is not installed; only the golden cases were compared";
  }
  std::mt19937 engine(1997);
  for (int trial = 0; trial < 200; ++trial) {
    expect_equal_to_sctk(random_systems(engine, 3), kSettings[trial % std::size(kSettings)]);
    if (HasFatalFailure()) {
      return;
    }
  }
}

TEST(RoverSctkTest, EqualsSctkWithTwoAndManySystems) {
  if (!tests::has_sctk()) {
    GTEST_SKIP() << "sctk is not installed; only the golden cases were compared";
  }
  std::mt19937 engine(7);
  for (int trial = 0; trial < 40; ++trial) {
    const size_t count = trial % 2 == 0 ? 2 : 4 + trial % 5;
    expect_equal_to_sctk(random_systems(engine, count), kSettings[trial % std::size(kSettings)]);
    if (HasFatalFailure()) {
      return;
    }
  }
}

// tests/data/sctk/rover holds CASE.1.ctm ... and CASE.SETTING.out that `sctk rover` wrote;
// SOTTO_MAKE_GOLDEN=1 makes them anew.
TEST(RoverSctkTest, EqualsTheGoldenCases) {
  const std::string folder = std::string(SOTTO_SOURCE_DIR) + "/tests/data/sctk/rover/";
  const bool make = std::getenv("SOTTO_MAKE_GOLDEN") != nullptr && tests::has_sctk();
  std::mt19937 engine(2015);
  int compared = 0;
  for (int number = 0; number < 2; ++number) {
    const std::string name = folder + std::to_string(number);
    const std::vector<std::string> paths = {name + ".a.ctm", name + ".b.ctm", name + ".c.ctm"};
    if (make) {
      const Systems systems = random_systems(engine, 3);
      for (size_t k = 0; k < paths.size(); ++k) {
        write_file(paths[k], as_ctm(systems[k]));
      }
    }
    for (size_t i = 0; i < std::size(kSettings); ++i) {
      const std::string out = name + "." + std::to_string(i) + ".out";
      if (make) {
        ASSERT_EQ(std::system(sctk_rover(paths, kSettings[i], out).c_str()), 0);
      }
      expect_equal(rover(words_of(paths), options_of(kSettings[i])), words_of({out})[0], out);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 10);
}

}  // namespace
}  // namespace sotto::decoding
