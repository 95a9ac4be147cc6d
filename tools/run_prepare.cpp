#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/option_text.h"
#include "datasets/corpora/corpus.h"
#include "datasets/prepare.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

datasets::PrepareOptions prepare_options(const PrepareRequest& request) {
  const std::vector<std::string> names = datasets::corpora().names();
  if (std::find(names.begin(), names.end(), request.corpus) == names.end()) {
    throw ConfigError(
        "prepare: " + request.corpus + ": unknown corpus; expected one of " + join(names, ", "));
  }
  datasets::PrepareOptions options;
  options.corpus.type = request.corpus;
  options.corpus.options = datasets::corpora().make_options(request.corpus);
  options.root = request.root;
  options.out = request.out;
  options.jobs = request.jobs > 0 ? request.jobs : usable_cores();
  options.face = request.face;
  return options;
}

int prepare(const PrepareRequest& request) {
  const datasets::PrepareOptions options = prepare_options(request);
  catch_interrupts();
  const datasets::PrepareReport report =
      datasets::prepare(options, datasets::progress_callbacks());
  std::cout << datasets::to_text(report) << "\n";
  return report.skipped > 0 ? kInputFailed : kDone;
}

}  // namespace
}  // namespace sotto::tools

extern "C" int sotto_run_prepare(const sotto::tools::PrepareRequest* request) {
  return sotto::tools::run(*request, [&] { return sotto::tools::prepare(*request); });
}
