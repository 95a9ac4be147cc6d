#include "experiments/significance.h"

#include <cmath>
#include <cstdlib>
#include <random>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "common/random.h"
#include "experiments/score_lines.h"
#include "experiments/significance_comparison.h"
#include "experiments/significance_segments.h"
#include "tests/common/temporary_folder.h"
#include "tests/sctk.h"

namespace sotto::experiments {
namespace {

TEST(BootstrapTest, ByHand) {
  // Two units of one word: a draw is wrong in none, one or both of two, so all rates occur often.
  const Interval wide = bootstrap_interval({{0, 1}, {1, 1}});
  EXPECT_EQ(wide.low, 0);
  EXPECT_EQ(wide.high, 1);
  // Whatever is drawn from equal units is equal.
  const Interval none = bootstrap_interval({{1, 4}, {1, 4}, {1, 4}});
  EXPECT_EQ(none.low, 0.25);
  EXPECT_EQ(none.high, 0.25);
  EXPECT_TRUE(std::isnan(bootstrap_interval({}).low));
  EXPECT_TRUE(std::isnan(bootstrap_interval({{2, 0}}).high));
}

TEST(BootstrapTest, ALevelLeavesAsManyDrawsOutOnEitherSide) {
  std::vector<ErrorSum> units;
  for (int64_t i = 0; i < 100; ++i) {
    units.push_back({i < 50 ? 1 : 0, 1});
  }
  // The rate of 100 fair words: normal, deviation 5 %; 1.96 and 1.645 deviations, to half a word.
  const Interval wide = bootstrap_interval(units);
  EXPECT_NEAR(wide.low, 0.5 - 0.098, 0.0101);
  EXPECT_NEAR(wide.high, 0.5 + 0.098, 0.0101);
  BootstrapOptions options;
  options.level = 0.9;
  const Interval narrow = bootstrap_interval(units, options);
  EXPECT_NEAR(narrow.low, 0.5 - 0.082, 0.0101);
  EXPECT_GT(narrow.low, wide.low);
  EXPECT_LT(narrow.high, wide.high);
}

TEST(BootstrapTest, EqualSeedsGiveEqualNumbers) {
  const std::vector<ErrorSum> units = {{0, 7}, {3, 5}, {1, 9}, {2, 4}};
  BootstrapOptions other;
  other.seed = 2;
  other.replicates = 50;
  BootstrapOptions same = other;
  EXPECT_EQ(bootstrap_interval(units, other).low, bootstrap_interval(units, same).low);
  EXPECT_EQ(bootstrap_interval(units, other).high, bootstrap_interval(units, same).high);
}

ClipScore clip_of(const std::string& id, const std::string& talker, int64_t errors) {
  ClipScore clip;
  clip.id = id;
  clip.talker = talker;
  clip.words.substitutions = errors;
  clip.words.correct = 10 - errors;
  return clip;
}

TEST(BootstrapTest, RepetitionsOfAClipAndClipsOfATalkerAreDrawnTogether) {
  ScoreReport report;
  report.clips = {clip_of("b", "y", 1), clip_of("a", "x", 2), clip_of("c", "x", 4)};
  report.clips.push_back(clip_of("a", "x", 3));
  const auto clips = error_sums(report, ScoreUnit::kWords, Resample::kClips);
  ASSERT_EQ(clips.size(), 3U);
  EXPECT_EQ(clips[0].errors, 5);
  EXPECT_EQ(clips[0].reference, 20);
  const auto talkers = error_sums(report, ScoreUnit::kWords, Resample::kTalkers);
  ASSERT_EQ(talkers.size(), 2U);
  EXPECT_EQ(talkers[0].errors, 9);
  EXPECT_EQ(talkers[1].errors, 1);
  report.clips[0].talker = "";
  EXPECT_THROW(error_sums(report, ScoreUnit::kWords, Resample::kTalkers), DataError);
}

/// Simulated test sets of talkers whose words are wrong with a chance of their own, 0.2 on average.
class Coverage {
 public:
  explicit Coverage(double spread) : spread_(spread) {}

  void run(int sets) {
    Random random(7);
    BootstrapOptions options;
    options.replicates = 600;
    for (int set = 0; set < sets; ++set) {
      std::vector<ErrorSum> clips;
      std::vector<ErrorSum> talkers;
      for (int talker = 0; talker < 60; ++talker) {
        const double chance = kRate + random.uniform(-spread_, spread_);
        talkers.push_back({});
        for (int clip = 0; clip < 6; ++clip) {
          ErrorSum sum = {0, 3 + random.below(8)};
          for (int64_t word = 0; word < sum.reference; ++word) {
            sum.errors += random.chance(chance) ? 1 : 0;
          }
          clips.push_back(sum);
          talkers.back().errors += sum.errors;
          talkers.back().reference += sum.reference;
        }
      }
      by_talker += covers(bootstrap_interval(talkers, options)) / sets;
      by_clip += covers(bootstrap_interval(clips, options)) / sets;
    }
  }

  double by_talker = 0;
  double by_clip = 0;

 private:
  static constexpr double kRate = 0.2;
  static double covers(const Interval& interval) {
    return interval.low <= kRate && kRate <= interval.high ? 1.0 : 0.0;
  }
  double spread_;
};

// 400 sets: a coverage of 0.95 comes out with a deviation of 0.011.
TEST(BootstrapTest, IntervalsOfTalkersCoverWhereErrorsCluster) {
  Coverage clustered(0.18);
  clustered.run(400);
  EXPECT_GE(clustered.by_talker, 0.92);
  EXPECT_LE(clustered.by_talker, 0.98);
  EXPECT_LT(clustered.by_clip, 0.85) << "clips that are drawn alone promise too much";
  RecordProperty("by_talker", std::to_string(clustered.by_talker));
  RecordProperty("by_clip", std::to_string(clustered.by_clip));
}

TEST(BootstrapTest, IntervalsOfClipsCoverWhereErrorsDoNotCluster) {
  Coverage independent(0);
  independent.run(400);
  EXPECT_GE(independent.by_clip, 0.92);
  EXPECT_LE(independent.by_clip, 0.98);
}

TEST(PairedBootstrapTest, SeesWhatIsAlwaysBetter) {
  std::vector<ErrorSum> a;
  std::vector<ErrorSum> b;
  for (int64_t i = 0; i < 20; ++i) {
    a.push_back({i % 5 + 1, 10});
    b.push_back({i % 5, 10});
  }
  const PairedBootstrap better = paired_bootstrap(a, b);
  EXPECT_DOUBLE_EQ(better.difference, -0.1);
  EXPECT_DOUBLE_EQ(better.interval.low, -0.1) << "one error in each clip, however they are drawn";
  EXPECT_DOUBLE_EQ(better.interval.high, -0.1);
  EXPECT_EQ(better.better, 1);
  EXPECT_EQ(better.worse, 0);
  const PairedBootstrap same = paired_bootstrap(a, a);
  EXPECT_EQ(same.difference, 0);
  EXPECT_EQ(same.better, 0);
  EXPECT_EQ(same.worse, 0);
  b.back().reference = 11;
  EXPECT_THROW(paired_bootstrap(a, b), DataError);
  b.pop_back();
  EXPECT_THROW(paired_bootstrap(a, b), DataError);
}

TEST(SegmentTestTest, ByHand) {
  const auto segments = error_segments(
      split_words("a b c d e f g"), split_words("a X c d e Y g"), split_words("a b c d e f g Z"));
  ASSERT_EQ(segments.size(), 2U) << "c d e parts them, g alone does not";
  EXPECT_EQ(segments[0].a, 1);
  EXPECT_EQ(segments[0].b, 0);
  EXPECT_EQ(segments[1].a, 1);
  EXPECT_EQ(segments[1].b, 1);
  const SegmentTest test = test_segments(segments);
  EXPECT_DOUBLE_EQ(test.mean, 0.5);
  EXPECT_DOUBLE_EQ(test.deviation, std::sqrt(0.5));
  EXPECT_NEAR(test.z, 1, 1e-12);
  EXPECT_NEAR(test.p, 0.3173105, 1e-7);  // both tails of the normal distribution beyond 1
}

TEST(SegmentTestTest, NothingToTest) {
  EXPECT_TRUE(error_segments(split_words("a b"), split_words("a b"), split_words("a b")).empty());
  EXPECT_EQ(test_segments({}).p, 1);
  EXPECT_EQ(test_segments({{1, 1}, {2, 2}}).p, 1);
  EXPECT_TRUE(std::isnan(test_segments({{1, 0}, {1, 0}}).p)) << "no deviation to measure by";
}

TEST(ComparisonTest, PairsClipsByIdAndSaysWhatIsMissing) {
  const std::vector<ScoredText> a = {{"1", "a b c", "a b x"}, {"2", "d e", "d e"}};
  std::vector<ScoredText> b = {{"2", "D e", "d"}, {"1", "a b c", "a b c"}};
  const SystemComparison comparison = compare_systems(a, b, ScoreUnit::kWords);
  EXPECT_EQ(comparison.a.errors(), 1);
  EXPECT_EQ(comparison.b.errors(), 1);
  EXPECT_EQ(comparison.segments.segments, 2);
  const std::string text = format_comparison(comparison);
  EXPECT_NE(text.find("needs 50 segments"), std::string::npos) << text;
  EXPECT_NE(text.find("2 clips are few"), std::string::npos) << text;
  EXPECT_EQ(comparison_json(comparison).at("matched_pairs").at("segments"), 2);
  b[0].reference = "other";
  EXPECT_THROW(compare_systems(a, b, ScoreUnit::kWords), DataError);
  b[0].id = "3";
  EXPECT_THROW(compare_systems(a, b, ScoreUnit::kWords), DataError);
  b.pop_back();
  EXPECT_THROW(compare_systems(a, b, ScoreUnit::kWords), DataError);
}

/// What was said with some words changed, left out or added.
std::string misheard(const std::vector<std::string>& words, double chance, Random& random) {
  std::string text;
  for (const std::string& word : words) {
    const double drawn = random.uniform();
    if (drawn < chance) {
      text += std::string(1, static_cast<char>('a' + random.below(9))) + " ";
    } else if (drawn > 1.5 * chance) {
      text += word + " ";
    }
    text += random.chance(chance / 3) ? "z " : "";
  }
  return text;
}

/// Numbers behind `name` in what sc_stats prints.
double number_after(const std::string& report, const std::string& name) {
  std::smatch found;
  const std::regex expression("\\(" + name + ": (-?[0-9.]+)\\)");
  return std::regex_search(report, found, expression) ? std::stod(found[1]) : std::nan("");
}

TEST(SegmentTestTest, EqualsScStats) {
  if (!tests::has_sctk()) {
    GTEST_SKIP() << "sctk is not installed";
  }
  Random random(5);
  std::vector<ScoredText> a;
  std::vector<ScoredText> b;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> words;
    std::string said;
    for (int64_t n = random.below(15); n >= 0; --n) {
      words.emplace_back(1, static_cast<char>('a' + random.below(9)));
      said += words.back() + " ";
    }
    const std::string id = "s" + std::to_string(i % 7) + "-" + std::to_string(i);
    a.push_back({id, said, misheard(words, 0.1, random)});
    b.push_back({id, said, misheard(words, 0.07, random)});
  }
  const TemporaryFolder folder;
  write_file(folder / "ref.trn", write_trn(a).first);
  write_file(folder / "a.trn", write_trn(a).second);
  write_file(folder / "b.trn", write_trn(b).second);
  const std::string command =
      "cd '" + folder.path() +
      "' && for s in a b; do sctk sclite -r ref.trn trn -h $s.trn trn -i spu_id -o sgml stdout "
      ">$s.sgml || exit 1; done && cat a.sgml b.sgml | sctk sc_stats -p -t mapsswe -v -n - >out "
      "2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string report = read_file(folder / "out");
  ScoreOptions options;
  options.costs = EditCosts::kSclite;
  const SegmentTest ours = compare_systems(a, b, ScoreUnit::kWords, options).segments;
  EXPECT_GT(ours.segments, 200);
  EXPECT_EQ(static_cast<double>(ours.segments), number_after(report, "# segs")) << report;
  EXPECT_NEAR(ours.mean, number_after(report, "mean"), 0.00051);  // three digits are printed
  EXPECT_NEAR(ours.deviation, number_after(report, "std dev"), 0.00051);
  EXPECT_NEAR(ours.z, number_after(report, "Z Stat"), 0.00051);
}

}  // namespace
}  // namespace sotto::experiments
