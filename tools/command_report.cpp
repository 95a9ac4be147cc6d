#include <algorithm>
#include <filesystem>
#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "experiments/report/compare_runs.h"
#include "experiments/report/run_report.h"
#include "tools/commands.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

namespace fs = std::filesystem;

bool is_run(const fs::path& folder) { return fs::exists(folder / "log.jsonl"); }

/// An experiment's trainings in its place; of several folders those that are no runs are left out.
std::vector<std::string> runs_in(const std::vector<std::string>& folders) {
  std::vector<std::string> runs;
  for (const std::string& folder : folders) {
    if (fs::exists(fs::path(folder) / "experiment.json")) {
      std::vector<std::string> trainings;
      for (const auto& entry : fs::directory_iterator(folder)) {
        if (is_run(entry.path())) {
          trainings.push_back(entry.path().string());
        }
      }
      if (trainings.empty()) {
        throw DataError(folder + ": no training of this experiment has logged anything yet");
      }
      std::sort(trainings.begin(), trainings.end());
      runs.insert(runs.end(), trainings.begin(), trainings.end());
    } else if (folders.size() == 1 || is_run(folder)) {
      runs.push_back(folder);
    } else {
      std::cerr << folder << ": not a training run, left out\n";
    }
  }
  if (runs.empty()) {
    throw DataError("report: none of these is the folder of a training run");
  }
  return runs;
}

}  // namespace

int command_report(int argc, char** argv) {
  ReportRequest request;
  Arguments arguments(
      "report",
      "A page about a training run: curves, errors, worst sentences, what the network looked at,\n"
      "its recipe. Of several runs, one page that compares them. The lowest errors are printed.",
      "sotto report runs/grid                                # runs/grid/report.html, made anew\n"
      "  sotto report runs/grid --out grid.html\n"
      "  sotto report runs/base runs/wide --out compare.html   # side by side\n"
      "  sotto report runs/*                                   # the table alone");
  arguments.rest(
      "RUN", request.runs, 1, "folders that sotto train made; an experiment's: all its trainings");
  arguments.option(
      "--out", request.out, "FILE", "where the page goes (of one run: RUN/report.html)");
  arguments.parse(argc, argv);
  std::vector<experiments::RunData> runs;
  const std::vector<std::string> folders = runs_in(request.runs);
  for (const std::string& run : folders) {
    runs.push_back(experiments::read_run(run));
  }
  if (runs.size() == 1) {
    std::cerr << experiments::write_run_report(folders.front(), request.out) << "\n";
  } else if (!request.out.empty()) {
    write_file(request.out, experiments::comparison_page(runs));
    std::cerr << request.out << "\n";
  }
  std::cout << experiments::comparison_table(runs) << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace sotto::tools
