#include "experiments/report/compare_runs.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <set>

#include "common/format_text.h"
#include "common/html_page.h"
#include "common/markup.h"
#include "common/progress.h"
#include "common/svg_plot.h"
#include "experiments/report/curves.h"

namespace sotto::experiments {
namespace {

using Column = std::pair<std::string, std::string>;  // measure and modality

std::vector<Column> columns_of(const std::vector<RunData>& runs) {
  std::vector<Column> columns;
  for (const RunData& run : runs) {
    for (const std::string& measure : run.measures()) {
      for (const auto& curve : run.measured(measure)) {
        const Column column(measure, curve.first);
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
          columns.push_back(column);
        }
      }
    }
  }
  std::stable_sort(columns.begin(), columns.end(), [](const Column& a, const Column& b) {
    const auto place = [](const Column& c) {
      return c.first == "wer" ? 0 : c.first == "cer" ? 1 : 2;
    };
    return place(a) < place(b);
  });
  return columns;
}

std::string column_title(const Column& column) {
  const bool share = column.first == "wer" || column.first == "cer";
  return (column.second.empty() ? "" : column.second + " ") + column.first + (share ? " %" : "");
}

/// The lowest value of each run; NaN where it has none.
std::vector<double> lowest(const std::vector<RunData>& runs, const Column& column) {
  std::vector<double> values;
  for (const RunData& run : runs) {
    const auto curves = run.measured(column.first);
    const auto curve = curves.find(column.second);
    values.push_back(
        curve == curves.end() ? std::nan("")
                              : measure_scaled(column.first, best_of(curve->second).value));
  }
  return values;
}

double least(const std::vector<double>& values) {
  double best = INFINITY;
  for (const double value : values) {
    best = std::isnan(value) ? best : std::min(best, value);
  }
  return best;
}

std::string legend(const std::vector<std::string>& labels) {
  std::string html = "<ul class=\"legend\">";
  for (size_t i = 0; i < labels.size(); ++i) {
    html += format_text("<li><i class=\"c%zu\"></i>", i % kPlotColours) + escape_markup(labels[i]) +
            "</li>";
  }
  return html + "</ul>\n";
}

std::string plot_of(
    const std::string& title,
    const std::string& x_label,
    const std::string& y_label,
    const std::vector<std::string>& labels,
    const std::vector<Curve>& curves,
    bool mark_best) {
  std::vector<PlotLine> lines;
  std::vector<double> values;
  for (size_t i = 0; i < curves.size(); ++i) {
    if (curves[i].empty()) {
      continue;
    }
    PlotLine line;
    line.label = labels[i];
    line.points = thinned(curves[i], 300);
    line.points = smoothed(line.points, line.points.size() / 40);
    line.colour = i;
    if (mark_best && curves[i].size() == line.points.size()) {
      line.points = curves[i];
      line.best = best_of(curves[i]).index;
    }
    for (const auto& point : line.points) {
      values.push_back(point.second);
    }
    lines.push_back(line);
  }
  if (lines.empty()) {
    return "";
  }
  std::sort(values.begin(), values.end());
  PlotOptions options;
  options.width = 520;
  options.height = 290;
  options.x_label = x_label;
  options.y_label = y_label;
  options.labels = false;
  options.log_y = values.front() > 0 && values.back() > 12 * values[values.size() / 2];
  set_whole_ticks(lines, options);
  return figure(title, "", svg_plot(options, lines));
}

std::string error_plots(const std::vector<RunData>& runs, const std::vector<std::string>& labels) {
  std::string html;
  for (const Column& column : columns_of(runs)) {
    std::vector<Curve> curves;
    for (const RunData& run : runs) {
      Curve scaled;
      const auto all = run.measured(column.first);
      if (all.count(column.second) != 0) {
        for (const auto& [epoch, value] : all.at(column.second)) {
          scaled.emplace_back(epoch, measure_scaled(column.first, value));
        }
      }
      curves.push_back(scaled);
    }
    html += plot_of(
        measure_title(column.first) +
            (column.second.empty() ? "" : ", " + modality_title(column.second)),
        "epoch",
        measure_axis(column.first),
        labels,
        curves,
        true);
  }
  return html;
}

/// A curve a run of what each point has; epochs where the runs' logs have only those.
std::string training_plot(
    const std::vector<RunData>& runs,
    const std::vector<std::string>& labels,
    const std::string& title,
    const std::string& unit,
    const std::function<double(const LogPoint&)>& value) {
  const bool by_epoch = std::any_of(
      runs.begin(), runs.end(), [](const RunData& run) { return run.training.empty(); });
  std::vector<Curve> curves;
  for (const RunData& run : runs) {
    Curve curve;
    for (const LogPoint& point : by_epoch ? run.validations : run.training) {
      const double y = value(point);
      if (std::isfinite(y)) {
        curve.emplace_back(static_cast<double>(by_epoch ? point.epochs : point.step), y);
      }
    }
    curves.push_back(curve);
  }
  return plot_of(title, by_epoch ? "epoch" : "step", unit, labels, curves, false);
}

double value_of(const std::map<std::string, double>& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? std::nan("") : found->second;
}

std::string best_table(const std::vector<RunData>& runs, const std::vector<std::string>& labels) {
  const std::vector<Column> columns = columns_of(runs);
  std::string html =
      "<div class=\"wide\"><table><tr><th>run<th>state<th class=\"n\">epochs<th "
      "class=\"n\">steps<th class=\"n\">time";
  std::vector<std::vector<double>> values;
  for (const Column& column : columns) {
    html += "<th class=\"n\">" + escape_markup(column_title(column));
    values.push_back(lowest(runs, column));
  }
  html += "</tr>\n";
  for (size_t i = 0; i < runs.size(); ++i) {
    const RunData& run = runs[i];
    const LogPoint& last = run.validations.empty() ? run.training.back() : run.validations.back();
    html += "<tr><td>" + escape_markup(labels[i]) + "<td>" + escape_markup(run.state.state) +
            "<td class=\"n\">" + std::to_string(last.epochs) + "<td class=\"n\">" +
            std::to_string(last.step) + "<td class=\"n\">" +
            (run.state.taken_s > 0 ? format_duration(run.state.taken_s) : "");
    for (const auto& column : values) {
      html +=
          std::isnan(column[i])
              ? "<td class=\"n\">"
              : format_text(
                    "<td class=\"n%s\">%.4g", column[i] == least(column) ? " best" : "", column[i]);
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string difference_table(
    const std::vector<RunData>& runs, const std::vector<std::string>& labels) {
  const auto differences = recipe_differences(runs);
  if (differences.empty()) {
    return "<p>The recipes are equal.</p>\n";
  }
  std::string html = "<div class=\"wide\"><table><tr><th>key";
  for (const std::string& label : labels) {
    html += "<th>" + escape_markup(label);
  }
  html += "</tr>\n";
  for (const RecipeDifference& difference : differences) {
    html += "<tr><td class=\"mono\">" + escape_markup(difference.key);
    for (const std::string& value : difference.values) {
      html += "<td>" + escape_markup(value);
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace

std::vector<RecipeDifference> recipe_differences(const std::vector<RunData>& runs) {
  std::vector<std::string> keys;
  std::vector<std::map<std::string, std::string>> recipes;
  std::set<std::string> seen;
  for (const RunData& run : runs) {
    recipes.emplace_back(run.recipe.begin(), run.recipe.end());
    for (const auto& value : run.recipe) {
      if (seen.insert(value.first).second) {
        keys.push_back(value.first);
      }
    }
  }
  std::vector<RecipeDifference> differences;
  for (const std::string& key : keys) {
    RecipeDifference difference{key, {}};
    for (const auto& recipe : recipes) {
      const auto value = recipe.find(key);
      difference.values.push_back(value == recipe.end() ? "-" : value->second);
    }
    const std::string& first = difference.values.front();
    const bool equal = std::all_of(
        difference.values.begin(), difference.values.end(), [&](const std::string& value) {
          return value == first;
        });
    if (!equal) {
      differences.push_back(difference);
    }
  }
  return differences;
}

std::vector<std::string> run_labels(const std::vector<RunData>& runs) {
  std::vector<std::string> labels;
  std::vector<std::filesystem::path> rest;
  for (const RunData& run : runs) {
    const auto path = std::filesystem::weakly_canonical(run.folder);
    labels.push_back(path.filename().string());
    rest.push_back(path.parent_path());
  }
  const auto repeated = [&] {
    return std::set<std::string>(labels.begin(), labels.end()).size() < labels.size();
  };
  for (int depth = 0; repeated() && depth < 4; ++depth) {
    for (size_t i = 0; i < labels.size(); ++i) {
      labels[i] = (rest[i].filename() / labels[i]).string();
      rest[i] = rest[i].parent_path();
    }
  }
  return labels;
}

std::string comparison_page(const std::vector<RunData>& runs) {
  const std::vector<std::string> labels = run_labels(runs);
  std::string html = "<h1>" + std::to_string(runs.size()) + " runs side by side</h1>\n";
  html += legend(labels);
  html += "<section><h2>Lowest errors in validation</h2>\n" + best_table(runs, labels) +
          "</section>\n<section><h2>Curves</h2>\n" + legend(labels) + "<div class=\"row\">";
  html += error_plots(runs, labels);
  html += training_plot(runs, labels, "Loss", "total loss", [](const LogPoint& point) {
    return value_of(point.loss, "total");
  });
  html += training_plot(runs, labels, "Learning rate", "", [](const LogPoint& point) {
    return value_of(point.numbers, "learning_rate");
  });
  html += training_plot(runs, labels, "Speed", "video frames / s", [](const LogPoint& point) {
    return value_of(point.numbers, "frames_per_s");
  });
  html += "</div></section>\n<section><h2>In what the recipes differ</h2>\n" +
          difference_table(runs, labels) + "</section>\n";
  return html_page("runs - sotto", html);
}

std::string comparison_table(const std::vector<RunData>& runs) {
  const std::vector<std::string> labels = run_labels(runs);
  std::vector<std::vector<std::string>> rows = {{"run", "state", "epochs", "steps"}};
  for (size_t i = 0; i < runs.size(); ++i) {
    const RunData& run = runs[i];
    const LogPoint& last = run.validations.empty() ? run.training.back() : run.validations.back();
    rows.push_back(
        {labels[i],
         run.state.state.empty() ? "-" : run.state.state,
         std::to_string(last.epochs),
         std::to_string(last.step)});
  }
  for (const Column& column : columns_of(runs)) {
    rows[0].push_back(column_title(column));
    const std::vector<double> values = lowest(runs, column);
    for (size_t i = 0; i < runs.size(); ++i) {
      rows[i + 1].push_back(std::isnan(values[i]) ? "-" : format_text("%.4g", values[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      size_t width = 0;
      for (const auto& other : rows) {
        width = std::max(width, other[c].size());
      }
      const std::string fill(width - row[c].size(), ' ');
      line += (c == 0 ? "" : "  ") + (c < 2 ? row[c] + fill : fill + row[c]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace sotto::experiments
