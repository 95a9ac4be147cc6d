#include "common/svg_plot.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/format_text.h"
#include "common/markup.h"

namespace sotto {
namespace {

// Told apart by people who see few colours (Okabe and Ito), dark enough for white paper.
constexpr const char* kColours[] = {
    "#0072b2", "#d55e00", "#009e73", "#a3558e", "#444444", "#b8860b", "#56a0c9"};

/// One axis: from values to shares of its length.
class Scale {
 public:
  Scale(bool logarithmic, double low, double high) : log_(logarithmic), low_(low), high_(high) {
    if (log_) {
      if (low <= 0) {
        throw Error("plot: a scale of powers needs values above 0");
      }
      low_ = std::log10(low);
      high_ = std::log10(high);
    } else if (low_ > 0) {
      low_ = 0;
    }
    const double room = high_ > low_ ? 0.04 * (high_ - low_) : 0.5;
    high_ += room;
    low_ -= log_ || low_ < 0 ? room : 0;
  }

  double share(double value) const {
    return ((log_ ? std::log10(value) : value) - low_) / (high_ - low_);
  }

  /// Round numbers within the scale: 1, 2, 5 and their powers of ten.
  std::vector<double> ticks() const {
    std::vector<double> values;
    const double step = log_ ? 0 : linear_step();
    for (double value = std::ceil(low_ / step) * step; !log_ && value <= high_; value += step) {
      values.push_back(std::abs(value) < step / 1e6 ? 0 : value);
    }
    for (double power = std::floor(low_); log_ && power <= high_; ++power) {
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

 private:
  double linear_step() const {
    const double raw = (high_ - low_) / 6;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double digit = raw / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  bool log_;
  double low_;
  double high_;
};

class Plot {
 public:
  Plot(const PlotOptions& options, const std::vector<PlotLine>& lines)
      : options_(options), lines_(lines), x_(scale(true)), y_(scale(false)) {
    size_t longest = 0;
    for (const PlotLine& line : lines) {
      longest = std::max(longest, line.label.size());
    }
    right_margin_ = 20 + static_cast<int>(kLetterWidth * static_cast<double>(longest));
  }

  std::string draw() {
    svg_ = format_text(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"%d\" height=\"%d\" "
        "fill=\"white\"/>\n",
        options_.width,
        options_.height,
        options_.width,
        options_.height);
    svg_ += format_text("<text x=\"%d\" y=\"22\" font-size=\"15\">", kLeft);
    svg_ += escape_markup(options_.title) + "</text>\n";
    grid();
    curves();
    return svg_ + "</svg>\n";
  }

 private:
  static constexpr int kLeft = 62;
  static constexpr int kTop = 40;
  static constexpr int kBottom = 46;
  static constexpr double kLabelHeight = 15;
  static constexpr double kLetterWidth = 6.5;  // of 12 pixels, on average

  Scale scale(bool of_x) const {
    double low = INFINITY;
    double high = -INFINITY;
    for (const PlotLine& line : lines_) {
      for (const auto& [x, y] : line.points) {
        if (!std::isfinite(x) || !std::isfinite(y)) {
          throw Error("plot: " + line.label + " has a value that is not finite");
        }
        low = std::min(low, of_x ? x : y);
        high = std::max(high, of_x ? x : y);
      }
    }
    if (high < low) {
      throw Error("plot: there is nothing to draw");
    }
    return {of_x ? options_.log_x : options_.log_y, low, high};
  }

  double left(double x) const {
    return kLeft + x_.share(x) * (options_.width - kLeft - right_margin_);
  }
  double top(double y) const {
    return kTop + (1 - y_.share(y)) * (options_.height - kTop - kBottom);
  }

  void grid() {
    const int right = options_.width - right_margin_;
    const int bottom = options_.height - kBottom;
    svg_ += "<g stroke=\"#ddd\">\n";
    for (const double y : y_.ticks()) {
      svg_ += format_text(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", kLeft, right, top(y), top(y));
    }
    for (const double x : x_.ticks()) {
      svg_ += format_text(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", left(x), left(x), kTop, bottom);
    }
    svg_ += "</g>\n<g fill=\"#333\">\n";
    for (const double y : y_.ticks()) {
      svg_ += format_text(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", kLeft - 6, top(y) + 4, y);
    }
    for (const double x : x_.ticks()) {
      svg_ += format_text(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", left(x), bottom + 16, x);
    }
    svg_ +=
        format_text("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", (kLeft + right) / 2, bottom + 36);
    svg_ += escape_markup(options_.x_label) + "</text>\n";
    svg_ += format_text(
        "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">",
        (kTop + bottom) / 2);
    svg_ += escape_markup(options_.y_label) + "</text>\n</g>\n";
  }

  void curves() {
    std::vector<std::pair<double, size_t>> ends;  // where each label would like to be
    for (size_t i = 0; i < lines_.size(); ++i) {
      const auto& points = lines_[i].points;
      if (points.empty()) {
        continue;
      }
      const char* colour = kColours[i % std::size(kColours)];
      svg_ += format_text("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
      for (const auto& [x, y] : points) {
        svg_ += format_text("%.1f,%.1f ", left(x), top(y));
      }
      svg_ += "\"/>\n";
      for (const auto& [x, y] : points) {
        svg_ += format_text(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", left(x), top(y), colour);
      }
      ends.emplace_back(top(points.back().second), i);
    }
    std::sort(ends.begin(), ends.end());
    double free = kTop;
    for (const auto& [wanted, i] : ends) {
      const double at = std::max(wanted, free);
      svg_ += format_text(
          "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">",
          options_.width - right_margin_ + 8,
          at + 4,
          kColours[i % std::size(kColours)]);
      svg_ += escape_markup(lines_[i].label) + "</text>\n";
      free = at + kLabelHeight;
    }
  }

  const PlotOptions& options_;
  const std::vector<PlotLine>& lines_;
  Scale x_;
  Scale y_;
  int right_margin_ = 0;  // for the labels of the curves
  std::string svg_;
};

}  // namespace

std::string svg_plot(const PlotOptions& options, const std::vector<PlotLine>& lines) {
  return Plot(options, lines).draw();
}

}  // namespace sotto
