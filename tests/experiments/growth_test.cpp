#include "experiments/growth.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sotto::experiments {
namespace {

/// Times that are a power of the quantity: 3 ms x^1.5, and a constant part before x = 4.
std::vector<GrowthCurve> curves() {
  return {
      {"beam", "step", {{1, 0.003}, {4, 0.024}, {16, 0.192}}},
      {"seconds", "flat", {{1, 0.5}, {2, 0.5}, {4, 0.5}, {8, 1}}},
      {"vocabulary", "head", {{40, 0.001}, {400, 0.01}}}};
}

TEST(GrowthTest, ExponentsOfPowersAreFound) {
  EXPECT_NEAR(curves()[0].exponent(), 1.5, 1e-9);
  EXPECT_NEAR(curves()[0].last_exponent(), 1.5, 1e-9);
  EXPECT_NEAR(curves()[1].last_exponent(), 1, 1e-9);
  // By hand: logarithms to base 2 are (0, 0) (1, 0) (2, 0) (3, 1) above log 0.5, so 1.5 / 5.
  EXPECT_NEAR(curves()[1].exponent(), 0.3, 1e-9);
}

TEST(GrowthTest, ThereIsAPlotOfEachQuantity) {
  const auto plots = growth_plots(curves());
  ASSERT_EQ(plots.size(), 3U);
  EXPECT_EQ(plots[0].first, "growth-beam.svg");
  EXPECT_NE(plots[0].second.find(">step</text>"), std::string::npos);
  EXPECT_EQ(plots[0].second.find(">flat</text>"), std::string::npos);
  EXPECT_NE(growth_text(curves()).find("beam: step, time ~ beam^1.50"), std::string::npos);
  const auto json = nlohmann::json::parse(growth_json(curves(), {}));
  EXPECT_EQ(json.at("curves").size(), 3U);
  EXPECT_EQ(json.at("curves")[1].at("points")[3][1], 1);
}

}  // namespace
}  // namespace sotto::experiments
