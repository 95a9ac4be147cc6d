#include "experiments/report/stage_table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/format_text.h"
#include "common/markup.h"
#include "common/progress.h"
#include "experiments/report/curves.h"

namespace sotto::experiments {
namespace {

struct StageRow {
  std::string name;
  std::string planned;  ///< epochs
  std::string rate;
  std::string streams;
  int64_t epochs = 0;
  int64_t first_step = 0;
  int64_t last_step = 0;
  double first_s = std::nan("");
  double last_s = std::nan("");
  std::map<std::pair<std::string, std::string>, double> best;  // by measure and modality

  void add(const LogPoint& point) {
    epochs = std::max(epochs, point.epoch);
    last_step = std::max(last_step, point.step);
    if (!std::isnan(point.time_s)) {
      first_s = std::isnan(first_s) ? point.time_s : std::min(first_s, point.time_s);
      last_s = std::isnan(last_s) ? point.time_s : std::max(last_s, point.time_s);
    }
    const auto lower = [&](const std::string& measure, const std::string& modality, double value) {
      const auto at = best.emplace(std::make_pair(measure, modality), value).first;
      at->second = std::min(at->second, value);
    };
    for (const auto& [measure, values] : point.errors) {
      for (const auto& [modality, value] : values) {
        lower(measure, modality, value);
      }
    }
    const auto perplexity = point.numbers.find("perplexity");
    if (perplexity != point.numbers.end()) {
      lower("perplexity", "", perplexity->second);
    }
  }
};

/// A number as people write it: 0.00075, not 0.00074999999999999999.
std::string short_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return text.empty() || *end != '\0' ? text : format_text("%.4g", value);
}

std::vector<StageRow> rows_of(const RunData& run) {
  std::vector<StageRow> rows;
  for (int i = 0;; ++i) {
    const std::string at = "stages." + std::to_string(i) + ".";
    StageRow row;
    row.name = run.recipe_value(at + "name");
    row.planned = run.recipe_value(at + "epochs");
    row.rate = run.recipe_value(at + "learning_rate");
    row.streams = run.recipe_value(at + "streams");
    if (row.name.empty() && row.planned.empty()) {
      break;
    }
    rows.push_back(row);
  }
  for (const StageBegin& stage : run.stages) {
    auto row = std::find_if(
        rows.begin(), rows.end(), [&](const StageRow& r) { return r.name == stage.name; });
    if (row == rows.end()) {
      rows.emplace_back().name = stage.name;
      row = rows.end() - 1;
    }
    row->first_step = stage.step;
    for (const auto* points : {&run.training, &run.validations}) {
      for (const LogPoint& point : *points) {
        if (point.stage == stage.name) {
          row->add(point);
        }
      }
    }
  }
  return rows;
}

}  // namespace

std::string stage_table(const RunData& run) {
  const std::vector<StageRow> rows = rows_of(run);
  std::vector<std::pair<std::string, std::string>> columns;  // measure and modality
  for (const std::string& measure : run.measures()) {
    for (const auto& curve : run.measured(measure)) {
      columns.emplace_back(measure, curve.first);
    }
  }
  std::string html =
      "<div class=\"wide\"><table><tr><th>stage<th>streams<th class=\"n\">epochs<th "
      "class=\"n\">steps<th class=\"n\">learning rate<th class=\"n\">time";
  for (const auto& [measure, modality] : columns) {
    html +=
        "<th class=\"n\">" + escape_markup(
                                 (modality.empty() ? "" : modality_title(modality) + ", ") +
                                 (measure == "wer" || measure == "cer" ? measure + " %" : measure));
  }
  html += "</tr>\n";
  for (const StageRow& row : rows) {
    html += "<tr><td>" + escape_markup(row.name) + "<td>" + escape_markup(row.streams) +
            "<td class=\"n\">" + std::to_string(row.epochs) +
            (row.planned.empty() ? "" : " of " + escape_markup(row.planned)) + "<td class=\"n\">" +
            std::to_string(std::max<int64_t>(0, row.last_step - row.first_step)) +
            "<td class=\"n\">" + escape_markup(short_number(row.rate)) + "<td class=\"n\">" +
            (row.last_s > row.first_s ? format_duration(row.last_s - row.first_s) : "");
    for (const auto& column : columns) {
      const auto best = row.best.find(column);
      html += "<td class=\"n\">" +
              (best == row.best.end()
                   ? ""
                   : format_text("%.4g", measure_scaled(column.first, best->second)));
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace sotto::experiments
