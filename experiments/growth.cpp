#include "experiments/growth.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"
#include "common/svg_plot.h"
#include "experiments/machine.h"

namespace sotto::experiments {
namespace {

using Points = std::vector<std::pair<double, double>>;

double slope(Points::const_iterator begin, Points::const_iterator end) {
  const auto n = static_cast<double>(end - begin);
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
  for (auto point = begin; point != end; ++point) {
    const double u = std::log(point->first);
    const double v = std::log(point->second);
    x += u / n;
    y += v / n;
    xx += u * u / n;
    xy += u * v / n;
  }
  return (xy - x * y) / (xx - x * x);
}

/// Measures one point and adds it to the curves of the quantity's parts.
class Growth {
 public:
  explicit Growth(BenchOptions options) : options_(std::move(options)) {}

  void add(
      const std::string& quantity,
      const std::vector<std::string>& parts,
      double x,
      int64_t vocabulary,
      const BenchOptions& options) {
    if (options_.progress) {
      options_.progress(format_text("%s %g", quantity.c_str(), x));
    }
    const BenchReport report = bench(random_base_model(vocabulary), options);
    for (const std::string& part : parts) {
      const auto row =
          std::find_if(report.rows.begin(), report.rows.end(), [&](const BenchRow& candidate) {
            return candidate.part == part;
          });
      if (row == report.rows.end()) {
        throw Error("growth: the bench has no row '" + part + "'");
      }
      curve(quantity, part).points.emplace_back(x, row->median_s);
    }
  }

  BenchOptions quiet() const {
    BenchOptions options = options_;
    options.progress = nullptr;
    return options;
  }

  std::vector<GrowthCurve> take() { return std::move(curves_); }

 private:
  GrowthCurve& curve(const std::string& quantity, const std::string& part) {
    for (GrowthCurve& known : curves_) {
      if (known.quantity == quantity && known.part == part) {
        return known;
      }
    }
    curves_.push_back({quantity, part, {}});
    return curves_.back();
  }

  BenchOptions options_;
  std::vector<GrowthCurve> curves_;
};

std::string axis_of(const std::string& quantity) {
  return quantity == "beam"      ? "beam (hypotheses)"
         : quantity == "seconds" ? "length of the clip (s)"
                                 : "vocabulary (tokens)";
}

}  // namespace

double GrowthCurve::exponent() const {
  return slope(points.begin(), points.end());
}

double GrowthCurve::last_exponent() const {
  return slope(points.end() - 2, points.end());
}

std::vector<GrowthCurve> measure_growth(const BenchOptions& options) {
  const std::string token = "search, a token";
  const std::string encoder = "lips: front end and encoder";
  constexpr int64_t kVocabulary = 5049;
  Growth growth(options);
  for (const int64_t beam : {1, 2, 5, 10, 20, 40}) {
    BenchOptions one = growth.quiet();
    one.search.beam = beam;
    growth.add("beam", {token}, static_cast<double>(beam), kVocabulary, one);
  }
  for (const int64_t seconds : {1, 2, 5, 10, 20, 40, 60}) {
    BenchOptions one = growth.quiet();
    one.frames = seconds * 25;
    growth.add("seconds", {token, encoder}, static_cast<double>(seconds), kVocabulary, one);
  }
  for (const int64_t vocabulary : {40, 100, 250, 500, 1000, 2500, 5000}) {
    growth.add(
        "vocabulary",
        {token, "CTC head"},
        static_cast<double>(vocabulary),
        vocabulary,
        growth.quiet());
  }
  return growth.take();
}

std::string growth_text(const std::vector<GrowthCurve>& curves) {
  std::string text;
  for (const GrowthCurve& curve : curves) {
    text += format_text(
        "%s: %s, time ~ %s^%.2f (at the end ^%.2f)\n", curve.quantity.c_str(), curve.part.c_str(),
        curve.quantity.c_str(), curve.exponent(), curve.last_exponent());
    for (const auto& [x, seconds] : curve.points) {
      text += format_text("  %8g %12.3f ms\n", x, seconds * 1e3);
    }
  }
  return text;
}

std::string growth_json(const std::vector<GrowthCurve>& curves, const BenchOptions& options) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const GrowthCurve& curve : curves) {
    list.push_back(
        {{"quantity", curve.quantity},
         {"part", curve.part},
         {"points", curve.points},
         {"exponent", curve.exponent()},
         {"last_exponent", curve.last_exponent()}});
  }
  const nlohmann::ordered_json all = {
      {"version", 1},
      {"precision", name_of(options.precision)},
      {"beam", options.search.beam},
      {"frames", options.frames},
      {"repeats", options.repeats},
      {"machine", machine_json()},
      {"curves", list}};
  return all.dump(2) + "\n";
}

std::vector<std::pair<std::string, std::string>> growth_plots(
    const std::vector<GrowthCurve>& curves) {
  std::vector<std::pair<std::string, std::string>> plots;
  for (const std::string quantity : {"beam", "seconds", "vocabulary"}) {
    PlotOptions options;
    options.title = "Time by " + axis_of(quantity);
    options.x_label = axis_of(quantity);
    options.y_label = "ms";
    options.log_x = options.log_y = true;
    options.width = 760;
    std::vector<PlotLine> lines;
    for (const GrowthCurve& curve : curves) {
      if (curve.quantity != quantity) {
        continue;
      }
      lines.push_back({curve.part, {}});
      for (const auto& [x, seconds] : curve.points) {
        lines.back().points.emplace_back(x, seconds * 1e3);
      }
    }
    plots.emplace_back("growth-" + quantity + ".svg", svg_plot(options, lines));
  }
  return plots;
}

}  // namespace sotto::experiments
