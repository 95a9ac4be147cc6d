#include "experiments/report/curves.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "common/format_text.h"
#include "common/markup.h"
#include "common/svg_plot.h"

namespace sotto::experiments {
namespace {

constexpr size_t kPoints = 300;  // of a curve: more than a screen shows apart

using Value = std::function<double(const LogPoint&)>;  // NaN: none

PlotOptions small_plot() {
  PlotOptions options;
  options.width = 520;
  options.height = 270;
  return options;
}

double number_of(const std::map<std::string, double>& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? std::nan("") : found->second;
}

Curve curve_of(const std::vector<LogPoint>& points, bool by_epoch, const Value& value) {
  Curve curve;
  for (const LogPoint& point : points) {
    const double y = value(point);
    if (std::isfinite(y)) {
      curve.emplace_back(static_cast<double>(by_epoch ? point.epochs : point.step), y);
    }
  }
  return curve;
}

/// A line that can be followed, and behind it the values it is the mean of. Values of one stage are
/// no part of another's means.
void add_smooth(
    std::vector<PlotLine>& lines,
    const std::string& label,
    const Curve& curve,
    const std::vector<double>& begins,
    size_t colour) {
  PlotLine line;
  line.label = label;
  line.colour = colour;
  PlotLine raw = line;
  raw.faint = true;
  auto from = curve.begin();
  for (size_t i = 1; i <= begins.size(); ++i) {
    const auto to =
        i == begins.size() ? curve.end() : std::find_if(from, curve.end(), [&](const auto& point) {
          return point.first > begins[i];
        });
    const auto share = static_cast<size_t>(
        std::ceil(static_cast<double>(kPoints * (to - from)) / static_cast<double>(curve.size())));
    const Curve few = thinned(Curve(from, to), share);
    const Curve smooth = smoothed(few, few.size() / 30);
    raw.points.insert(raw.points.end(), few.begin(), few.end());
    line.points.insert(line.points.end(), smooth.begin(), smooth.end());
    from = to;
  }
  if (raw.points != line.points) {
    lines.push_back(raw);
  }
  lines.push_back(line);
}

/// Where the stages begin on the axis; one at least.
std::vector<double> begins_of(const RunData& run, bool by_epoch) {
  std::vector<double> begins;
  for (const StageBegin& stage : run.stages) {
    begins.push_back(static_cast<double>(by_epoch ? stage.epochs : stage.step));
  }
  return begins;
}

/// Whether a scale of powers shows more: all above 0, and the largest far above the middle.
bool wants_powers(const std::vector<PlotLine>& lines) {
  std::vector<double> values;
  for (const PlotLine& line : lines) {
    for (const auto& point : line.points) {
      values.push_back(point.second);
    }
  }
  std::sort(values.begin(), values.end());
  return !values.empty() && values.front() > 0 && values.back() > 12 * values[values.size() / 2];
}

void add_borders(const RunData& run, bool by_epoch, PlotOptions& options) {
  if (run.stages.size() < 2) {
    return;
  }
  for (const StageBegin& stage : run.stages) {
    options.borders.emplace_back(
        static_cast<double>(by_epoch ? stage.epochs : stage.step), stage.name);
  }
}

std::string plotted(PlotOptions options, std::vector<PlotLine> lines) {
  lines.erase(
      std::remove_if(
          lines.begin(), lines.end(), [](const PlotLine& line) { return line.points.empty(); }),
      lines.end());
  set_whole_ticks(lines, options);
  return lines.empty() ? "" : svg_plot(options, lines);
}

std::string single(
    const RunData& run,
    const std::string& title,
    const std::string& key,
    const std::string& unit,
    double scale,
    size_t colour,
    bool smooth) {
  const Curve curve = curve_of(run.training, false, [&](const LogPoint& point) {
    return scale * number_of(point.numbers, key);
  });
  const bool nothing =
      std::all_of(curve.begin(), curve.end(), [](const auto& point) { return point.second == 0; });
  if (nothing) {
    return "";
  }
  PlotOptions options = small_plot();
  options.x_label = "step";
  options.y_label = unit;
  options.labels = false;
  add_borders(run, false, options);
  std::vector<PlotLine> lines;
  if (smooth) {
    add_smooth(lines, "", curve, begins_of(run, false), colour);
    options.log_y = wants_powers(lines);
  } else {
    lines.push_back({"", thinned(curve, kPoints), false, colour});
  }
  return figure(title, "", plotted(options, lines));
}

std::string losses(const RunData& run) {
  const bool by_epoch = run.training.empty();
  const auto& points = by_epoch ? run.validations : run.training;
  std::set<std::string> names;
  for (const LogPoint& point : points) {
    for (const auto& loss : point.loss) {
      names.insert(loss.first);
    }
  }
  std::vector<PlotLine> lines;
  size_t colour = 0;
  const auto add = [&](const std::string& name) {
    add_smooth(
        lines,
        name,
        curve_of(points, by_epoch, [&](const LogPoint& p) { return number_of(p.loss, name); }),
        begins_of(run, by_epoch),
        colour++);
  };
  if (names.erase("total") != 0) {
    add("total");
  }
  for (const std::string& name : names) {
    add(name);
  }
  PlotOptions options = small_plot();
  options.x_label = by_epoch ? "epoch" : "step";
  options.y_label = "loss";
  options.log_y = wants_powers(lines);
  add_borders(run, by_epoch, options);
  return lines.empty() ? "" : figure("Loss", "while training", plotted(options, lines));
}

}  // namespace

Curve thinned(const Curve& curve, size_t most) {
  const size_t step = (curve.size() + most - 1) / std::max<size_t>(1, most);
  if (step <= 1) {
    return curve;
  }
  Curve few;
  for (size_t begin = 0; begin < curve.size(); begin += step) {
    const size_t end = std::min(curve.size(), begin + step);
    double x = 0;
    double y = 0;
    for (size_t i = begin; i < end; ++i) {
      x += curve[i].first;
      y += curve[i].second;
    }
    const auto count = static_cast<double>(end - begin);
    few.emplace_back(x / count, y / count);
  }
  return few;
}

Curve smoothed(const Curve& curve, size_t reach) {
  Curve smooth;
  for (size_t i = 0; i < curve.size(); ++i) {
    // As far to the left as to the right, or the ends would lean towards the middle.
    const size_t near = std::min({reach, i, curve.size() - 1 - i});
    double sum = 0;
    for (size_t j = i - near; j <= i + near; ++j) {
      sum += curve[j].second;
    }
    smooth.emplace_back(curve[i].first, sum / static_cast<double>(2 * near + 1));
  }
  return smooth;
}

void set_whole_ticks(const std::vector<PlotLine>& lines, PlotOptions& options) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const PlotLine& line : lines) {
    for (const auto& point : line.points) {
      low = std::min(low, point.first);
      high = std::max(high, point.first);
    }
  }
  for (double tick = std::ceil(low); high - low < 8 && tick <= high; ++tick) {
    options.x_ticks.push_back(tick);
  }
}

std::string measure_title(const std::string& measure) {
  return measure == "wer"          ? "Word errors"
         : measure == "cer"        ? "Character errors"
         : measure == "perplexity" ? "Perplexity"
                                   : measure;
}

double measure_scaled(const std::string& measure, double value) {
  return measure == "wer" || measure == "cer" ? 100 * value : value;
}

std::string measure_axis(const std::string& measure) {
  return measure == "wer"   ? "word error rate, %"
         : measure == "cer" ? "character error rate, %"
                            : measure;
}

std::string measure_text(const std::string& measure, double value) {
  const bool share = measure == "wer" || measure == "cer";
  return share ? format_text("%.2f %%", 100 * value) : format_text("%.4g", value);
}

std::string modality_title(const std::string& modality) {
  return modality == "v"    ? "lips"
         : modality == "a"  ? "sound"
         : modality == "av" ? "both"
                            : modality;
}

size_t modality_colour(const std::string& modality) {
  return modality == "a" ? 1 : modality == "av" ? 2 : 0;
}

std::string figure(
    const std::string& title, const std::string& remark, const std::string& picture) {
  return "<figure><figcaption>" + escape_markup(title) +
         (remark.empty() ? "" : "<small>" + escape_markup(remark) + "</small>") +
         "</figcaption>\n" + picture + "</figure>\n";
}

std::string error_figures(const RunData& run) {
  std::string figures;
  for (const std::string& measure : run.measures()) {
    std::vector<PlotLine> lines;
    for (const auto& [modality, values] : run.measured(measure)) {
      PlotLine line;
      line.label = modality_title(modality);
      line.colour = modality_colour(modality);
      for (const auto& [epoch, value] : values) {
        line.points.emplace_back(epoch, measure_scaled(measure, value));
      }
      line.best = best_of(values).index;
      lines.push_back(line);
    }
    PlotOptions options = small_plot();
    options.x_label = "epoch";
    options.y_label = measure_axis(measure);
    options.log_y = wants_powers(lines);
    add_borders(run, true, options);
    figures += figure(
        measure_title(measure), "in validation; the lowest is ringed", plotted(options, lines));
  }
  return figures;
}

std::string training_figures(const RunData& run) {
  return losses(run) + single(run, "Learning rate", "learning_rate", "", 1, 0, false) +
         single(run, "Gradient norm", "gradient_norm", "before clipping", 1, 3, true) +
         single(run, "Speed", "frames_per_s", "video frames / s", 1, 2, true) +
         single(run, "Waiting for data", "wait_share", "% of the time", 100, 5, true);
}

}  // namespace sotto::experiments
