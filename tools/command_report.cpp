#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "experiments/report/compare_runs.h"
#include "experiments/report/run_report.h"
#include "tools/commands.h"
#include "tools/run.h"

namespace sotto::tools {

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
  arguments.rest("RUN", request.runs, 1, "folders that sotto train made");
  arguments.option(
      "--out", request.out, "FILE", "where the page goes (of one run: RUN/report.html)");
  arguments.parse(argc, argv);
  std::vector<experiments::RunData> runs;
  for (const std::string& run : request.runs) {
    runs.push_back(experiments::read_run(run));
  }
  if (runs.size() == 1) {
    std::cerr << experiments::write_run_report(request.runs.front(), request.out) << "\n";
  } else if (!request.out.empty()) {
    write_file(request.out, experiments::comparison_page(runs));
    std::cerr << request.out << "\n";
  }
  std::cout << experiments::comparison_table(runs) << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace sotto::tools
