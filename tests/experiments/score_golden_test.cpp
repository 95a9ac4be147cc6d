#include "experiments/score.h"
#include "tests/golden.h"

namespace sotto::experiments {
namespace {

ScoreReport score_one(const nlohmann::json& one, bool lower_case) {
  ScoreOptions options;
  options.lower_case = lower_case;
  return score({{"x", one.at("ref"), one.at("hyp")}}, options);
}

TEST(ScoreGoldenTest, EditDistances) {
  const nlohmann::json golden = tests::golden_section("edit_distance");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  for (const nlohmann::json& one : golden.at("word_lowercased")) {
    EXPECT_EQ(score_one(one, true).words.errors(), one.at("distance").get<int64_t>()) << one;
  }
  for (const nlohmann::json& one : golden.at("char")) {
    EXPECT_EQ(score_one(one, false).characters.errors(), one.at("distance").get<int64_t>()) << one;
  }
}

}  // namespace
}  // namespace sotto::experiments
