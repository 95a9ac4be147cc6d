#include "common/svg_plot.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/format_text.h"
#include "common/markup.h"
#include "common/plot_scale.h"

namespace sotto {
namespace {

// Told apart by people who see few colours (Okabe and Ito), dark enough for white paper.
constexpr const char* kColours[] = {
    "#0072b2", "#d55e00", "#009e73", "#a3558e", "#444444", "#b8860b", "#56a0c9"};
static_assert(std::size(kColours) == kPlotColours);

constexpr size_t kMarkedPoints = 40;  // a longer curve has no circles
constexpr size_t kToldPoints = 120;   // of a longer curve, so many tell their value

class Plot {
 public:
  Plot(const PlotOptions& options, const std::vector<PlotLine>& lines)
      : options_(options), lines_(lines), x_(scale(true)), y_(scale(false)) {
    size_t longest = 0;
    for (const PlotLine& line : lines) {
      longest = std::max(longest, line.faint || !options.labels ? 0 : line.label.size());
    }
    top_ = !options.title.empty() ? 40 : options.borders.empty() ? 12 : 22;
    right_margin_ = 20 + static_cast<int>(kLetterWidth * static_cast<double>(longest));
  }

  std::string draw() {
    svg_ = format_text(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 %d %d\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect class=\"paper\" width=\"%d\" "
        "height=\"%d\" fill=\"white\"/>\n",
        options_.width,
        options_.height,
        options_.width,
        options_.height);
    if (!options_.title.empty()) {
      svg_ += format_text("<text class=\"ink\" x=\"%d\" y=\"22\" font-size=\"15\">", kLeft);
      svg_ += escape_markup(options_.title) + "</text>\n";
    }
    grid();
    if (!options_.apart_label.empty()) {
      column();
    }
    borders();
    for (const bool faint : {true, false}) {
      for (size_t i = 0; i < lines_.size(); ++i) {
        if (lines_[i].faint == faint && !lines_[i].points.empty()) {
          curve(i);
        }
      }
    }
    rings();
    labels();
    return svg_ + "</svg>\n";
  }

 private:
  static constexpr int kLeft = 62;
  static constexpr int kBottom = 46;
  static constexpr int kApart = 76;  // a column beside the scale and the gap before it
  static constexpr int kColumn = 60;
  static constexpr double kLabelHeight = 15;
  static constexpr double kRingRoom = 60;      // that a ring's value takes, with air
  static constexpr double kLetterWidth = 6.5;  // of 12 pixels, on average

  /// All values that have an interval.
  static std::vector<PlotValue> intervals(const PlotLine& line) {
    std::vector<PlotValue> values;
    for (const auto& [low, high] : line.bands) {
      values.push_back({low, low, high});
    }
    if (line.apart) {
      values.push_back(
          {line.apart->y,
           std::min(line.apart->y, line.apart->low),
           std::max(line.apart->y, line.apart->high)});
    }
    return values;
  }

  PlotScale scale(bool of_x) const {
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
      for (const PlotValue& value : intervals(line)) {
        if (!of_x && std::isfinite(value.low) && std::isfinite(value.high)) {
          low = std::min(low, value.low);
          high = std::max(high, value.high);
        }
      }
    }
    if (high < low) {
      throw Error("plot: there is nothing to draw");
    }
    return {
        of_x ? options_.log_x : options_.log_y,
        of_x ? low > 0 && low < 0.2 * high : options_.from_zero,
        low,
        high};
  }

  /// Where the x scale ends.
  int right() const {
    return options_.width - right_margin_ - (options_.apart_label.empty() ? 0 : kApart);
  }
  double left(double x) const { return kLeft + x_.share(x) * (right() - kLeft); }
  double top(double y) const {
    return top_ + (1 - y_.share(y)) * (options_.height - top_ - kBottom);
  }
  std::vector<double> x_ticks() const {
    return options_.x_ticks.empty() ? x_.ticks() : options_.x_ticks;
  }
  size_t colour(size_t i) const { return lines_[i].colour.value_or(i) % kPlotColours; }

  void grid() {
    const int right = this->right();
    const int bottom = options_.height - kBottom;
    svg_ += "<g class=\"grid\" stroke=\"#ddd\">\n";
    for (const double y : y_.ticks()) {
      svg_ += format_text(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", kLeft, right, top(y), top(y));
    }
    for (const double x : x_ticks()) {
      svg_ += format_text(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", left(x), left(x), top_, bottom);
    }
    svg_ += "</g>\n<g class=\"ink\" fill=\"#333\">\n";
    for (const double y : y_.ticks()) {
      svg_ += format_text("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", kLeft - 6, top(y) + 4);
      svg_ += tick_text(y) + "</text>\n";
    }
    for (const double x : x_ticks()) {
      svg_ +=
          format_text("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", left(x), bottom + 16);
      svg_ += tick_text(x) + "</text>\n";
    }
    svg_ += format_text(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", (kLeft + right) / 2, bottom + 36);
    svg_ += escape_markup(options_.x_label) + "</text>\n";
    svg_ += format_text(
        "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">",
        (top_ + bottom) / 2);
    svg_ += escape_markup(options_.y_label) + "</text>\n</g>\n";
  }

  void column() {
    const int end = options_.width - right_margin_;
    svg_ += "<g class=\"grid\" stroke=\"#ddd\">\n";
    for (const double y : y_.ticks()) {
      svg_ += format_text(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
          end - kColumn,
          end,
          top(y),
          top(y));
    }
    svg_ += format_text(
        "</g>\n<text class=\"ink\" fill=\"#333\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
        end - kColumn / 2,
        options_.height - kBottom + 16);
    svg_ += escape_markup(options_.apart_label) + "</text>\n";
  }

  /// The interval of each point as a shade.
  void band(const PlotLine& line, size_t number) {
    if (line.bands.size() != line.points.size()) {
      return;
    }
    svg_ += format_text(
        "<polygon class=\"c%zu\" fill=\"%s\" opacity=\"0.15\" points=\"", number, kColours[number]);
    for (size_t i = 0; i < 2 * line.points.size(); ++i) {  // there below, back above
      const size_t point = i < line.points.size() ? i : 2 * line.points.size() - 1 - i;
      const auto [low, high] = line.bands[point];
      const double y = i < line.points.size() ? low : high;
      svg_ += format_text(
          "%.1f,%.1f ",
          left(line.points[point].first),
          top(std::isfinite(y) ? y : line.points[point].second));
    }
    svg_ += "\"/>\n";
  }

  /// The value in the column beside the scale, and a bar for its interval.
  void apart(const PlotValue& value, size_t i) {
    const size_t number = colour(i);
    const double room = std::min(14.0, kColumn / static_cast<double>(lines_.size()));
    const double x = options_.width - right_margin_ - kColumn / 2.0 +
                     room * (static_cast<double>(i) - static_cast<double>(lines_.size() - 1) / 2);
    if (std::isfinite(value.low) && std::isfinite(value.high)) {
      svg_ += format_text(
          "<path class=\"c%zu\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" "
          "d=\"M%.1f %.1fV%.1fM%.1f %.1fh6M%.1f %.1fh6\"/>\n",
          number,
          kColours[number],
          x,
          top(value.low),
          top(value.high),
          x - 3,
          top(value.low),
          x - 3,
          top(value.high));
    }
    svg_ += format_text(
        "<circle class=\"c%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>",
        number,
        x,
        top(value.y),
        kColours[number]);
    svg_ +=
        escape_markup(lines_[i].label + format_text(": %.4g ", value.y) + options_.apart_label) +
        "</title></circle>\n";
  }

  void borders() {
    for (const auto& [x, name] : options_.borders) {
      if (x_.share(x) < 0 || x_.share(x) > 1) {
        continue;
      }
      svg_ += format_text(
          "<line class=\"border\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#999\" "
          "stroke-dasharray=\"2 4\"/><text class=\"ink\" fill=\"#666\" font-size=\"11\" x=\"%.1f\" "
          "y=\"%d\">",
          left(x),
          left(x),
          top_,
          options_.height - kBottom,
          left(x) + 4,
          top_ - 3);
      svg_ += escape_markup(name) + "</text>\n";
    }
  }

  void curve(size_t i) {
    const PlotLine& line = lines_[i];
    const auto& points = line.points;
    const size_t number = colour(i);
    band(line, number);
    if (line.apart && !options_.apart_label.empty()) {
      apart(*line.apart, i);
    }
    svg_ += format_text(
        "<polyline class=\"c%zu\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" "
        "stroke-linejoin=\"round\"%s points=\"",
        number,
        kColours[number],
        line.faint ? "1" : "2",
        line.faint ? " opacity=\"0.3\"" : "");
    for (const auto& [x, y] : points) {
      svg_ += format_text("%.1f,%.1f ", left(x), top(y));
    }
    svg_ += "\"/>\n";
    if (line.faint) {
      return;
    }
    const bool marked = points.size() <= kMarkedPoints;
    const size_t step = points.size() / kToldPoints + 1;
    for (size_t n = 0; n < points.size(); n += marked ? 1 : step) {
      // Circles nobody sees are larger: a pointer has to meet them.
      svg_ += format_text(
          "<circle class=\"c%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\"%s>",
          number,
          left(points[n].first),
          top(points[n].second),
          marked ? 3 : 7,
          kColours[number],
          marked ? "" : " opacity=\"0\"");
      svg_ += "<title>" +
              escape_markup(
                  (line.label.empty() ? "" : line.label + ": ") +
                  format_text("%.4g at ", points[n].second) + options_.x_label +
                  format_text(" %.6g", points[n].first)) +
              "</title></circle>\n";
    }
  }

  /// Rings around the best points; their values stand above, one over the other where they meet.
  void rings() {
    struct Ring {
      double x;
      double y;
      size_t number;
      double value;
    };
    std::vector<Ring> all;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const auto& points = lines_[i].points;
      if (lines_[i].best && *lines_[i].best < points.size()) {
        const auto& [x, y] = points[*lines_[i].best];
        all.push_back({left(x), top(y), colour(i), y});
      }
    }
    std::sort(all.begin(), all.end(), [](const Ring& a, const Ring& b) { return a.y > b.y; });
    double last_x = -INFINITY;
    double last_text = INFINITY;
    for (const Ring& ring : all) {
      const double above = ring.y - 12;
      double text = std::abs(ring.x - last_x) < kRingRoom ? std::min(above, last_text - 13) : above;
      text = text < 11 ? ring.y + 22 : text;  // no room above
      const bool at_right = ring.x > options_.width - right_margin_ - kRingRoom / 2;
      svg_ += format_text(
          "<g class=\"c%zu best\"><circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"none\" "
          "stroke=\"%s\" stroke-width=\"2\"/><text x=\"%.1f\" y=\"%.1f\" fill=\"%s\" "
          "font-weight=\"600\" text-anchor=\"%s\">%.3g</text></g>\n",
          ring.number,
          ring.x,
          ring.y,
          kColours[ring.number],
          ring.x + (at_right ? 6 : 0),
          text,
          kColours[ring.number],
          at_right ? "end" : "middle",
          ring.value);
      last_x = ring.x;
      last_text = text;
    }
  }

  void labels() {
    std::vector<std::pair<double, size_t>> ends;  // where each label would like to be
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (options_.labels && !lines_[i].faint && !lines_[i].points.empty()) {
        const auto& beside = lines_[i].apart;
        ends.emplace_back(top(beside ? beside->y : lines_[i].points.back().second), i);
      }
    }
    std::sort(ends.begin(), ends.end());
    double free = top_;
    for (const auto& [wanted, i] : ends) {
      const double at = std::max(wanted, free);
      svg_ += format_text(
          "<text class=\"c%zu\" x=\"%d\" y=\"%.1f\" fill=\"%s\">",
          colour(i),
          options_.width - right_margin_ + 8,
          at + 4,
          kColours[colour(i)]);
      svg_ += escape_markup(lines_[i].label) + "</text>\n";
      free = at + kLabelHeight;
    }
  }

  const PlotOptions& options_;
  const std::vector<PlotLine>& lines_;
  PlotScale x_;
  PlotScale y_;
  int top_ = 40;
  int right_margin_ = 0;  // for the labels of the curves
  std::string svg_;
};

}  // namespace

std::string svg_plot(const PlotOptions& options, const std::vector<PlotLine>& lines) {
  return Plot(options, lines).draw();
}

}  // namespace sotto
