// Positions and shifts against numbers of the published recognisers' own code.
#include "encoders/positions.h"
#include "tests/golden.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

using tests::expect_near;
using tests::table;

using Rows = std::vector<std::vector<double>>;

/// Aligned scores of one head of one clip, (T, rows) -> (T, T).
at::Tensor aligned(PositionScheme scheme, const at::Tensor& scores) {
  return align_positions(
             scores.view({1, 1, scores.size(0), -1}), scheme, Lengths::full(1, scores.size(0)))
      .squeeze(0)
      .squeeze(0);
}

at::Tensor counted(int64_t rows, int64_t columns) {
  return at::arange(1, rows * columns + 1, at::kFloat).view({rows, columns});
}

TEST(PositionsGoldenTest, Relative) {
  expect_near(
      position_table(PositionScheme::kRelative, 3, 4, at::kFloat),
      table(
          {{.90929741, -.41614684, .01999867, .99980003},
           {.84147096, .54030234, .00999983, .99994999},
           {0, 1, 0, 1},
           {-.84147096, .54030234, -.00999983, .99994999},
           {-.90929741, -.41614684, -.01999867, .99980003}}),
      1e-7);
}

TEST(PositionsGoldenTest, LegacyCountsDownFromATableOfFiveThousand) {
  expect_near(
      position_table(PositionScheme::kLegacy, 3, 4, at::kFloat),
      table(
          {{-.66394955, -.74777740, -.27201328, .96229351},
           {.27049953, -.96272010, -.28162086, .95952576},
           {.95625257, -.29254240, -.29120392, .95666099}}),
      1e-7);
}

TEST(PositionsGoldenTest, Absolute) {
  expect_near(
      at::ones({3, 4}) * 2 + position_table(PositionScheme::kAbsolute, 3, 4, at::kFloat),
      table(
          {{2, 3, 2, 3},
           {2.84147096, 2.54030228, 2.00999975, 2.99994993},
           {2.90929747, 1.58385313, 2.01999855, 2.99979997}}),
      3e-7);
}

TEST(PositionsGoldenTest, StoredTables) {
  const nlohmann::json golden = tests::golden_section("positional_encoding");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  for (const nlohmann::json& one : golden) {
    const auto T = one.at("t").get<int64_t>();
    const auto D = one.at("d").get<int64_t>();
    const auto expect_table = [&](PositionScheme scheme, const at::Tensor& expected) {
      expect_near(position_table(scheme, T, D, at::kFloat), expected, 2e-6);
    };
    expect_table(PositionScheme::kRelative, table(one.at("new_rel_pos").get<Rows>()));
    expect_table(PositionScheme::kLegacy, table(one.at("legacy_pos").get<Rows>()));
    const double scaled = one.at("x").get<double>() * std::sqrt(static_cast<double>(D));
    expect_table(PositionScheme::kAbsolute, table(one.at("absolute_out").get<Rows>()) - scaled);
  }
}

TEST(RelativeShiftGoldenTest, ReadsEachRowAtItsOwnOffset) {
  expect_near(aligned(PositionScheme::kRelative, counted(2, 3)), table({{2, 3}, {4, 5}}), 0);
  expect_near(
      aligned(PositionScheme::kRelative, counted(3, 5)),
      table({{3, 4, 5}, {7, 8, 9}, {11, 12, 13}}),
      0);
}

TEST(RelativeShiftGoldenTest, LegacyReadsTheFutureFromTheNextRow) {
  expect_near(
      aligned(PositionScheme::kLegacy, counted(3, 3)), table({{3, 0, 4}, {5, 6, 0}, {7, 8, 9}}), 0);
  expect_near(
      aligned(PositionScheme::kLegacy, counted(4, 4)),
      table({{4, 0, 5, 6}, {7, 8, 0, 9}, {10, 11, 12, 0}, {13, 14, 15, 16}}),
      0);
}

TEST(RelativeShiftGoldenTest, StoredMatrices) {
  const nlohmann::json golden = tests::golden_section("rel_shift");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  for (const nlohmann::json& one : golden) {
    expect_near(
        aligned(PositionScheme::kRelative, table(one.at("new_in").get<Rows>())),
        table(one.at("new_out").get<Rows>()),
        0);
    expect_near(
        aligned(PositionScheme::kLegacy, table(one.at("legacy_in").get<Rows>())),
        table(one.at("legacy_out").get<Rows>()),
        0);
  }
}

}  // namespace
}  // namespace sotto::encoders
