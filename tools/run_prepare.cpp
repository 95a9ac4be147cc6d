#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/option_text.h"
#include "datasets/corpora/corpus.h"
#include "datasets/inspect.h"
#include "datasets/prepare.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

constexpr double kLeastKept = 0.95;

datasets::PrepareOptions prepare_options(const PrepareRequest& request) {
  const std::vector<std::string> names = datasets::corpora().names();
  if (std::find(names.begin(), names.end(), request.corpus) == names.end()) {
    throw ConfigError(
        "prepare: " + request.corpus + ": unknown corpus; expected one of " + join(names, ", "));
  }
  datasets::PrepareOptions options;
  std::vector<std::string> overrides;
  for (const std::string& override : request.overrides) {
    overrides.push_back("corpus." + override);
  }
  options.root = request.root;
  options.out = request.out;
  read_yaml("corpus: {type: " + request.corpus + "}", "prepare", overrides, options);
  options.jobs = request.jobs > 0 ? request.jobs : usable_cores();
  options.part = request.shard.empty() ? datasets::part_of_launcher()
                                       : datasets::parse_part(request.shard);
  options.face = request.face;
  options.crops = request.crops;
  options.colour = request.colour;
  options.landmarks = request.landmarks;
  options.longest_s = request.longest_s.value_or(options.longest_s);
  options.clip_time_s = request.clip_time_s.value_or(options.clip_time_s);
  return options;
}

/// The clip to inspect: a file, or one of a corpus by its id.
datasets::CorpusItem item_of(const PrepareRequest& request) {
  if (request.corpus.empty()) {
    datasets::CorpusItem file;
    file.source = request.inspect;
    return file;
  }
  const datasets::PrepareOptions options = prepare_options(request);
  for (const auto& item : datasets::corpora().create(options.corpus)->list(request.root).items) {
    if (item.id == request.inspect) {
      return item;
    }
  }
  throw DataError(request.root + ": no clip of this corpus has the id " + request.inspect);
}

int prepare(const PrepareRequest& request) {
  if (!request.inspect.empty()) {
    datasets::inspect_clip(
        request.root, item_of(request), datasets::face_choice(request.face), request.out);
    return kDone;
  }
  if (request.merge) {
    datasets::merge_parts(request.out);
    return kDone;
  }
  const datasets::PrepareOptions options = prepare_options(request);
  catch_interrupts();
  const datasets::PrepareReport report =
      datasets::prepare(options, datasets::progress_callbacks());
  std::cout << datasets::to_text(report) << "\n";
  return report.kept() < request.least_kept.value_or(kLeastKept) ? kInputFailed : kDone;
}

}  // namespace
}  // namespace sotto::tools

extern "C" int sotto_run_prepare(const sotto::tools::PrepareRequest* request) {
  return sotto::tools::run(*request, [&] { return sotto::tools::prepare(*request); });
}
