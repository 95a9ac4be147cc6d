#include "experiments/edit_alignment.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::experiments {
namespace {

using Units = std::vector<std::string>;

void expect_counts(const EditCounts& counts, int64_t c, int64_t s, int64_t d, int64_t i) {
  EXPECT_EQ(counts.correct, c);
  EXPECT_EQ(counts.substitutions, s);
  EXPECT_EQ(counts.deletions, d);
  EXPECT_EQ(counts.insertions, i);
}

Units random_units(std::mt19937& engine) {
  Units units(engine() % 7);
  for (std::string& unit : units) {
    unit = std::string(1, static_cast<char>('a' + engine() % 3));
  }
  return units;
}

/// The definition, without a table.
int64_t brute_force(const Units& a, size_t i, const Units& b, size_t j, int64_t sub, int64_t gap) {
  if (i == a.size() || j == b.size()) {
    return gap * static_cast<int64_t>(a.size() - i + b.size() - j);
  }
  const int64_t diagonal = brute_force(a, i + 1, b, j + 1, sub, gap) + (a[i] == b[j] ? 0 : sub);
  const int64_t deletion = brute_force(a, i + 1, b, j, sub, gap) + gap;
  const int64_t insertion = brute_force(a, i, b, j + 1, sub, gap) + gap;
  return std::min({diagonal, deletion, insertion});
}

TEST(EditAlignmentTest, CountsHandCases) {
  expect_counts(count_edits({"the", "cat", "sat"}, {"the", "cat", "sat"}), 3, 0, 0, 0);
  expect_counts(count_edits({"the", "cat", "sat"}, {"the", "bat", "sat", "down"}), 2, 1, 0, 1);
  expect_counts(count_edits({"a", "b", "c"}, {"a", "c"}), 2, 0, 1, 0);
  expect_counts(count_edits({}, {"x"}), 0, 0, 0, 1);
  expect_counts(count_edits({"x", "y"}, {}), 0, 0, 2, 0);
  expect_counts(count_edits({}, {}), 0, 0, 0, 0);
}

TEST(EditAlignmentTest, AgreesWithTheDefinition) {
  std::mt19937 engine(7);
  for (int trial = 0; trial < 300; ++trial) {
    const Units a = random_units(engine);
    const Units b = random_units(engine);
    EXPECT_EQ(count_edits(a, b).errors(), brute_force(a, 0, b, 0, 1, 1));
    const EditCounts sclite = count_edits(a, b, EditCosts::kSclite);
    EXPECT_EQ(
        4 * sclite.substitutions + 3 * (sclite.deletions + sclite.insertions),
        brute_force(a, 0, b, 0, 4, 3));
    EXPECT_EQ(sclite.reference(), static_cast<int64_t>(a.size()));
  }
}

TEST(EditAlignmentTest, SpellsOutWhatItCounts) {
  std::mt19937 engine(8);
  for (int trial = 0; trial < 300; ++trial) {
    const Units a = random_units(engine);
    const Units b = random_units(engine);
    for (const EditCosts costs : {EditCosts::kUniform, EditCosts::kSclite}) {
      EditCounts counts;
      Units from;
      Units to;
      for (const AlignedUnit& column : align_edits(a, b, costs)) {
        counts.deletions += column.hypothesis.empty() ? 1 : 0;
        counts.insertions += column.reference.empty() ? 1 : 0;
        counts.correct += column.reference == column.hypothesis ? 1 : 0;
        if (!column.reference.empty()) {
          from.push_back(column.reference);
        }
        if (!column.hypothesis.empty()) {
          to.push_back(column.hypothesis);
        }
      }
      const EditCounts expected = count_edits(a, b, costs);
      EXPECT_EQ(from, a);
      EXPECT_EQ(to, b);
      EXPECT_EQ(counts.correct, expected.correct);
      EXPECT_EQ(counts.deletions, expected.deletions);
      EXPECT_EQ(counts.insertions, expected.insertions);
    }
  }
}

TEST(EditAlignmentTest, ScliteCostsKeepMatchesThatTheFewestEditsLose) {
  // "a b c d" against "b c d x": two edits around three matches either way; with "a b" against
  // "b c" the fewest edits tie between two substitutions and a deletion with an insertion.
  expect_counts(count_edits({"a", "b"}, {"b", "c"}), 0, 2, 0, 0);
  expect_counts(count_edits({"a", "b"}, {"b", "c"}, EditCosts::kSclite), 1, 0, 1, 1);
}

TEST(EditAlignmentTest, TiesOfDeletionAndInsertionAreBrokenAsDocumented) {
  // "x y" against "y x": keeping x costs as much as keeping y. Seen from the end, x is inserted
  // before anything is deleted with sclite's costs; with the fewest edits two pairs are as cheap.
  const std::vector<AlignedUnit> last = align_edits({"x", "y"}, {"y", "x"}, EditCosts::kSclite);
  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last[2].reference, "");
  EXPECT_EQ(last[2].hypothesis, "x");
}

TEST(EditAlignmentTest, RatesOfEmptyReferences) {
  EXPECT_EQ(count_edits({}, {}).rate(), 0.0);
  EXPECT_TRUE(std::isinf(count_edits({}, {"x"}).rate()));
}

TEST(EditAlignmentTest, RefusesTablesBeyondMemory) {
  const Units many(20000, "a");
  EXPECT_THROW(align_edits(many, many), DataError);
}

}  // namespace
}  // namespace sotto::experiments
