#include "encoders/positions.h"

#include "common/error.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

at::Tensor scores_of_clips(int64_t B, int64_t T, int64_t rows) {
  return at::arange(1, B * 2 * T * rows + 1, at::kFloat).view({B, 2, T, rows});
}

TEST(SinusoidsTest, AreThePositionsAskedFor) {
  const at::Tensor all = sinusoids(0, 1, 10, 8, at::kFloat);
  EXPECT_TRUE(sinusoids(3, 1, 4, 8, at::kFloat).equal(all.narrow(0, 3, 4)));
  EXPECT_TRUE(sinusoids(9, -1, 10, 8, at::kFloat).equal(all.flip(0)));
  EXPECT_EQ(sinusoids(0, 1, 3, 8, at::kDouble).scalar_type(), at::kDouble);
}

TEST(PositionSchemeTest, EveryNameIsAScheme) {
  for (const std::string& name : position_scheme_names()) {
    const PositionScheme scheme = position_scheme(name);
    EXPECT_EQ(position_scheme_names()[static_cast<size_t>(scheme)], name);
    EXPECT_EQ(is_relative(scheme), name.rfind("relative", 0) == 0) << name;
  }
  EXPECT_THROW(position_scheme("rotary"), ConfigError);
}

TEST(PositionTableTest, RowsByScheme) {
  const auto rows = [](PositionScheme scheme, int64_t T) {
    return position_table(scheme, T, 6, at::kFloat);
  };
  EXPECT_EQ(rows(PositionScheme::kRelative, 4).size(0), 7);
  EXPECT_TRUE(rows(PositionScheme::kUnshifted, 4).equal(sinusoids(0, 1, 4, 6, at::kFloat)));
  EXPECT_TRUE(rows(PositionScheme::kLegacy, 4).equal(sinusoids(4999, -1, 4, 6, at::kFloat)));
  EXPECT_TRUE(rows(PositionScheme::kLegacy, 5001).equal(sinusoids(5000, -1, 5001, 6, at::kFloat)));
  EXPECT_FALSE(rows(PositionScheme::kNone, 4).defined());
}

TEST(AlignPositionsTest, RelativePairsQueryAndKeyByDistance) {
  const int64_t T = 4;
  const at::Tensor scores = scores_of_clips(2, T, 2 * T - 1);
  const at::Tensor out = align_positions(scores, PositionScheme::kRelative, Lengths::full(2, T));
  ASSERT_EQ(out.sizes(), (std::vector<int64_t>{2, 2, T, T}));
  for (int64_t i = 0; i < T; ++i) {
    for (int64_t j = 0; j < T; ++j) {
      EXPECT_TRUE(
          out.select(2, i).select(2, j).equal(scores.select(2, i).select(2, T - 1 - i + j)));
    }
  }
}

TEST(AlignPositionsTest, UnshiftedIsTheKeysOwnPosition) {
  const at::Tensor scores = scores_of_clips(2, 3, 3);
  EXPECT_TRUE(
      align_positions(scores, PositionScheme::kUnshifted, Lengths({3, 2}, 3)).is_same(scores));
}

TEST(AlignPositionsTest, LegacyCountsFromEachClipsOwnEnd) {
  const std::vector<int64_t> frames = {5, 3, 2, 1};
  const at::Tensor scores = scores_of_clips(4, 5, 5);
  const at::Tensor together = align_positions(scores, PositionScheme::kLegacy, Lengths(frames, 5));
  ASSERT_EQ(together.sizes(), scores.sizes());
  for (int64_t b = 0; b < 4; ++b) {
    const int64_t T = frames[static_cast<size_t>(b)];
    const auto of_clip = [&](const at::Tensor& x) {
      return x.narrow(0, b, 1).narrow(2, 0, T).narrow(3, 0, T);
    };
    const at::Tensor alone =
        align_positions(of_clip(scores).contiguous(), PositionScheme::kLegacy, Lengths::full(1, T));
    EXPECT_TRUE(of_clip(together).equal(alone)) << b;
  }
}

TEST(AlignPositionsTest, LegacyCountsFromTheBatchsEndWherePaddingLeaks) {
  const at::Tensor scores = scores_of_clips(2, 4, 4);
  const at::Tensor full = align_positions(scores, PositionScheme::kLegacy, Lengths::full(2, 4));
  const Lengths lengths({4, 2}, 4);
  EXPECT_TRUE(align_positions(scores, PositionScheme::kLegacy, lengths.leaky()).equal(full));
  EXPECT_FALSE(align_positions(scores, PositionScheme::kLegacy, lengths).equal(full));
}

}  // namespace
}  // namespace sotto::encoders
