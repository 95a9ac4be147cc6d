#include "common/plot_scale.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/format_text.h"

namespace sotto {

PlotScale::PlotScale(bool logarithmic, bool from_zero, double low, double high)
    : log_(logarithmic), low_(low), high_(high) {
  if (log_) {
    if (low <= 0) {
      throw Error("plot: a scale of powers needs values above 0");
    }
    low_ = std::log10(low);
    high_ = std::log10(high);
  } else if (low_ > 0 && from_zero) {
    low_ = 0;
  }
  const double flat = log_ ? 0.5 : std::max(std::abs(high_) / 2, 1e-9);  // of a curve without rise
  const double room = high_ > low_ ? 0.04 * (high_ - low_) : flat;
  high_ += room;
  low_ -= log_ || low_ != 0 ? room : 0;
}

double PlotScale::share(double value) const {
  return ((log_ ? std::log10(value) : value) - low_) / (high_ - low_);
}

std::vector<double> PlotScale::ticks() const {
  return log_ ? logarithmic_ticks() : linear_ticks();
}

std::vector<double> PlotScale::linear_ticks() const {
  const double raw = (high_ - low_) / 6;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double digit = raw / power;
  const double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  std::vector<double> values;
  for (double value = std::ceil(low_ / step) * step; value <= high_; value += step) {
    values.push_back(std::abs(value) < step / 1e6 ? 0 : value);
  }
  return values;
}

std::vector<double> PlotScale::logarithmic_ticks() const {
  std::vector<double> values;
  for (double power = std::floor(low_); power <= high_; ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10, power);
      const double at = std::log10(value);
      if (at >= low_ && at <= high_ && (digit == 1.0 || high_ - low_ < 3.5)) {
        values.push_back(value);
      }
    }
  }
  return values;
}

std::string tick_text(double value) {
  const double size = std::abs(value);
  return size >= 1e6   ? format_text("%gM", value / 1e6)
         : size >= 1e4 ? format_text("%gk", value / 1e3)
                       : format_text("%g", value);
}

}  // namespace sotto
