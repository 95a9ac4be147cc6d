#pragma once

#include <string>
#include <vector>

namespace sotto {

/// One axis of a plot: from values to shares of its length, with a little room at its ends.
class PlotScale {
 public:
  /// @param logarithmic  powers of ten are equally far apart
  /// @param from_zero    a linear scale of values above 0 begins at 0
  /// @throws Error if the scale is logarithmic and `low` is not above 0.
  PlotScale(bool logarithmic, bool from_zero, double low, double high);

  /// 0 at the beginning of the axis, 1 at its end.
  double share(double value) const;

  /// Round numbers within the scale: 1, 2, 5 and their powers of ten.
  std::vector<double> ticks() const;

 private:
  std::vector<double> linear_ticks() const;
  std::vector<double> logarithmic_ticks() const;

  bool log_;
  double low_;  ///< powers of ten on a logarithmic scale
  double high_;
};

/// A number beside an axis: 1e+06 is "1M", 20000 "20k".
std::string tick_text(double value);

}  // namespace sotto
