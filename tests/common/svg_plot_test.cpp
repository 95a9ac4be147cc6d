#include "common/svg_plot.h"

#include <cmath>
#include <regex>

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto {
namespace {

/// The coordinates of an SVG's polylines.
std::vector<std::vector<std::pair<double, double>>> polylines(const std::string& svg) {
  std::vector<std::vector<std::pair<double, double>>> lines;
  const std::regex line("<polyline[^>]*points=\"([^\"]*)\"");
  const std::regex point("([0-9.]+),([0-9.]+)");
  for (std::sregex_iterator it(svg.begin(), svg.end(), line); it != std::sregex_iterator(); ++it) {
    const std::string points = (*it)[1];
    lines.emplace_back();
    for (std::sregex_iterator p(points.begin(), points.end(), point); p != std::sregex_iterator();
         ++p) {
      lines.back().emplace_back(std::stod((*p)[1]), std::stod((*p)[2]));
    }
  }
  return lines;
}

TEST(SvgPlotTest, EqualRatiosAreEqualStepsOnAScaleOfPowers) {
  PlotOptions options;
  options.log_x = options.log_y = true;
  const auto lines =
      polylines(svg_plot(options, {{"quadratic", {{1, 1}, {10, 100}, {100, 10000}}}}));
  ASSERT_EQ(lines.size(), 1U);
  const auto& p = lines[0];
  EXPECT_NEAR(p[1].first - p[0].first, p[2].first - p[1].first, 0.2);
  EXPECT_NEAR(p[1].second - p[0].second, p[2].second - p[1].second, 0.2);
  EXPECT_LT(p[2].second, p[0].second);  // up
}

TEST(SvgPlotTest, ALinearScaleBeginsAtZero) {
  const std::string svg = svg_plot({}, {{"a", {{0, 50}, {1, 100}}}, {"b", {{0, 100}, {1, 50}}}});
  const auto lines = polylines(svg);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(svg.find(">0</text>"), std::string::npos);
  EXPECT_DOUBLE_EQ(lines[0][0].second, lines[1][1].second);
}

TEST(SvgPlotTest, LabelsOfCurvesThatMeetStayApart) {
  const std::string svg = svg_plot({}, {{"one", {{0, 1}, {1, 2}}}, {"two", {{0, 3}, {1, 2}}}});
  const std::regex label("y=\"([0-9.]+)\" fill=\"[^\"]*\">(one|two)<");
  std::vector<double> heights;
  for (std::sregex_iterator it(svg.begin(), svg.end(), label); it != std::sregex_iterator(); ++it) {
    heights.push_back(std::stod((*it)[1]));
  }
  ASSERT_EQ(heights.size(), 2U);
  EXPECT_GE(std::abs(heights[1] - heights[0]), 14);
}

TEST(SvgPlotTest, TextIsEscaped) {
  PlotOptions options;
  options.title = "a < b & c";
  EXPECT_NE(svg_plot(options, {{"x", {{1, 1}}}}).find("a &lt; b &amp; c"), std::string::npos);
}

TEST(SvgPlotTest, NothingToDrawAndWrongValuesAreErrors) {
  EXPECT_THROW(svg_plot({}, {}), Error);
  EXPECT_THROW(svg_plot({}, {{"x", {{1, NAN}, {2, INFINITY}}}}), Error);
  PlotOptions options;
  options.log_y = true;
  EXPECT_THROW(svg_plot(options, {{"x", {{1, 0}, {2, 1}}}}), Error);
}

TEST(SvgPlotTest, IntervalsAreShadedAndAColumnStandsApart) {
  PlotOptions options;
  options.apart_label = "clean";
  options.x_ticks = {-5, 3};
  PlotLine line;
  line.label = "sound";
  line.points = {{-5, 20}, {3, 10}};
  line.bands = {{15, 25}, {8, 12}};
  line.apart = PlotValue{4, 2, 50};
  const std::string svg = svg_plot(options, {line});
  EXPECT_NE(svg.find("<polygon"), std::string::npos);
  EXPECT_NE(svg.find(">clean</text>"), std::string::npos);
  EXPECT_NE(svg.find("sound: 4 clean"), std::string::npos);
  EXPECT_NE(svg.find(">-5</text>"), std::string::npos);
  EXPECT_NE(svg.find(">3</text>"), std::string::npos);
  EXPECT_NE(svg.find(">50</text>"), std::string::npos) << "the scale holds the intervals";
  options.apart_label = "";
  line.bands.clear();
  line.apart.reset();
  const std::string plain = svg_plot(options, {line});
  EXPECT_EQ(plain.find("<polygon"), std::string::npos);
  EXPECT_EQ(plain.find(">50</text>"), std::string::npos);
}

}  // namespace
}  // namespace sotto
