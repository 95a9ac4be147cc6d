#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sotto {

/// A curve of a plot.
struct PlotLine {
  std::string label;
  std::vector<std::pair<double, double>> points;  ///< (x, y), by x
};

struct PlotOptions {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;  ///< scales of powers of ten; values must be above 0
  bool log_y = false;
  int width = 680;  ///< pixels
  int height = 400;
};

/// A plot as an SVG picture that needs nothing else: a grid of round numbers, each curve with its
/// label at its end. A linear y axis begins at 0 if no value is below.
/// @throws Error if there is nothing to draw, or a value does not fit its scale.
std::string svg_plot(const PlotOptions& options, const std::vector<PlotLine>& lines);

}  // namespace sotto
