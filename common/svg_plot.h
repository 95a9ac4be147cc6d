#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sotto {

/// A value with its interval; equal ends where there is none.
struct PlotValue {
  double y = 0;
  double low = 0;
  double high = 0;
};

/// A curve of a plot.
struct PlotLine {
  std::string label;
  std::vector<std::pair<double, double>> points;  ///< (x, y), by x
  bool faint = false;                ///< thin and pale, without marks or a label, behind the others
  std::optional<size_t> colour = {};  ///< lines of one number share a colour; none: its place
  std::optional<size_t> best = {};    ///< the point that is ringed, its value beside it
  std::vector<std::pair<double, double>> bands = {};  ///< (low, high) of each point; empty: none
  std::optional<PlotValue> apart = {};  ///< a value in the column beside the scale
};

struct PlotOptions {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;  ///< scales of powers of ten; values must be above 0
  bool log_y = false;
  int width = 680;  ///< pixels
  int height = 400;
  bool from_zero = true;  ///< a linear y axis begins at 0 if no value is below
  bool labels = true;     ///< each curve's label at its end
  std::vector<std::pair<double, std::string>> borders = {};  ///< x where a named part begins
  std::vector<double> x_ticks = {};  ///< numbers along x; empty: round ones
  std::string apart_label = "";  ///< of a column beside the x scale; empty: none
};

/// Colours of curves, as many as can be told apart; class `cN` of whatever is drawn in colour N.
constexpr size_t kPlotColours = 7;

/// A plot as an SVG picture that needs nothing else: a grid of round numbers, each curve with its
/// label at its end, each value told where a pointer rests. Within a page, its style may give the
/// classes (plot, paper, grid, ink, c0 to c6) other colours.
/// @throws Error if there is nothing to draw, or a value does not fit its scale.
std::string svg_plot(const PlotOptions& options, const std::vector<PlotLine>& lines);

}  // namespace sotto
