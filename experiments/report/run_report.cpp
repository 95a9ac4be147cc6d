#include "experiments/report/run_report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "common/files.h"
#include "common/format_text.h"
#include "common/html_page.h"
#include "common/markup.h"
#include "common/progress.h"
#include "experiments/report/curves.h"
#include "experiments/report/log_time.h"
#include "experiments/report/run_data.h"
#include "experiments/report/sample_section.h"
#include "experiments/report/stage_table.h"
#include "experiments/report/text_section.h"

namespace sotto::experiments {
namespace {

std::string fact(const std::string& name, const std::string& value, const std::string& more = "") {
  return "<div><dt>" + escape_markup(name) + "</dt><dd>" + escape_markup(value) +
         (more.empty() ? "" : "<small>" + escape_markup(more) + "</small>") + "</dd></div>\n";
}

/// "2026-11-29 01:45": a log's time as people read it.
std::string minute_text(double unix_s) {
  std::string text = time_text(unix_s).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

int64_t last_step(const RunData& run) {
  int64_t step = 0;
  for (const auto* points : {&run.training, &run.validations}) {
    step = points->empty() ? step : std::max(step, points->back().step);
  }
  return step;
}

/// Frames a second over the last lines of training.
double recent_speed(const RunData& run) {
  double sum = 0;
  int count = 0;
  for (auto point = run.training.rbegin(); point != run.training.rend() && count < 20; ++point) {
    const auto speed = point->numbers.find("frames_per_s");
    if (speed != point->numbers.end() && speed->second > 0) {
      sum += speed->second;
      ++count;
    }
  }
  return count == 0 ? 0 : sum / count;
}

std::string header(const RunData& run) {
  const std::string name = run.recipe_value("name");
  const RunState& state = run.state;
  std::string html = "<h1>" + escape_markup(name.empty() ? run.label : name);
  if (!state.state.empty()) {
    html += "<span class=\"state " + escape_markup(state.state) + "\">" +
            escape_markup(state.state) + "</span>";
  }
  html += "</h1>\n<p class=\"lead\">" + escape_markup(run.recipe_value("about")) + "</p>\n";
  if (!state.reason.empty()) {
    html += "<p class=\"soft\">Stopped: " + escape_markup(state.reason) + ".</p>\n";
  }
  const int64_t step = last_step(run);
  if (state.steps > 0 && state.state != "finished") {
    const double share =
        std::min(1.0, static_cast<double>(step) / static_cast<double>(state.steps));
    html += format_text(
        "<div class=\"bar\" title=\"%.0f %% of the steps\"><i style=\"width:%.1f%%\"></i></div>\n",
        100 * share,
        100 * share);
  }
  return html;
}

std::string facts(const RunData& run) {
  const RunState& state = run.state;
  const int64_t step = last_step(run);
  std::string html = "<dl class=\"facts\">\n";
  for (const std::string& measure : run.measures()) {
    for (const auto& [modality, curve] : run.measured(measure)) {
      const BestValue best = best_of(curve);
      html += fact(
          measure_title(measure) + (modality.empty() ? "" : ", " + modality_title(modality)),
          measure_text(measure, best.value),
          "lowest, epoch " + format_text("%.0f", best.epochs));
    }
  }
  html += fact(
      "Step", std::to_string(step), state.steps > 0 ? "of " + std::to_string(state.steps) : "");
  if (state.taken_s > 0) {
    const double left =
        state.steps > step && step > 0
            ? state.taken_s * static_cast<double>(state.steps - step) / static_cast<double>(step)
            : 0;
    html += fact(
        "Time",
        format_duration(state.taken_s),
        state.state == "running" && left > 0 ? "about " + format_duration(left) + " left" : "");
  }
  const double speed = recent_speed(run);
  if (speed > 0) {
    html += fact("Speed", format_text("%.0f", speed), "video frames / s");
  }
  if (!run.recipe_value("seed").empty()) {
    html += fact("Seed", run.recipe_value("seed"));
  }
  return html + "</dl>\n";
}

std::string recipe_section(const RunData& run) {
  return run.recipe_text.empty()
             ? ""
             : "<section><h2>Recipe</h2>\n<details><summary>the whole effective recipe, " +
                   std::to_string(run.recipe.size()) + " values</summary><pre>" +
                   escape_markup(run.recipe_text) + "</pre></details></section>\n";
}

std::string footer(const RunData& run) {
  const double changed = run.state.changed_s;
  return "<footer>" + escape_markup(run.folder) +
         (changed > 0 ? " &middot; as of " + minute_text(changed) : "") +
         (run.state.host.empty() ? "" : " &middot; on " + escape_markup(run.state.host)) +
         "</footer>\n";
}

std::string section(const std::string& title, const std::string& body) {
  return body.empty() ? "" : "<section><h2>" + title + "</h2>\n" + body + "</section>\n";
}

}  // namespace

std::string write_run_report(const std::string& folder, const std::string& out) {
  const RunData run = read_run(folder);
  const std::string path =
      out.empty() ? (std::filesystem::path(folder) / "report.html").string() : out;
  const std::string errors = error_figures(run);
  const std::string training = training_figures(run);
  std::string html = header(run) + facts(run);
  html += section("Curves", "<div class=\"row\">" + errors + training + "</div>");
  html += section("Stages", stage_table(run));
  html += sample_section(run.samples);
  html += text_sections(run);
  html += recipe_section(run);
  html += footer(run);
  const std::string name = run.recipe_value("name");
  write_file(path, html_page((name.empty() ? run.label : name) + " - sotto", html));
  return path;
}

}  // namespace sotto::experiments
