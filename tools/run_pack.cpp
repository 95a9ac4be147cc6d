#include <iostream>
#include <memory>

#include "common/error.h"
#include "common/format_text.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "datasets/shards/pack.h"
#include "experiments/training_data.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

int pack(const PackRequest& request) {
  datasets::PackOptions options;
  options.store = request.store;
  options.out = request.out;
  options.shard_mib = request.shard_mib;
  options.jobs = request.jobs > 0 ? request.jobs : usable_cores();
  if (!request.list.empty()) {
    const datasets::Store store(request.store);
    for (const datasets::ManifestEntry* entry : experiments::listed_entries(store, request.list)) {
      options.ids.push_back(entry->id);
    }
    if (options.ids.empty()) {
      throw DataError(request.list + ": expected ids, one a line, found none");
    }
  }
  catch_interrupts();
  std::unique_ptr<Progress> progress;
  const datasets::PackReport report =
      datasets::pack(options, [&](int64_t utterances, int64_t total) {
        if (!progress) {
          progress = std::make_unique<Progress>("pack", total, "clips");
        }
        progress->advance(utterances);
      });
  progress.reset();
  std::cout << format_text(
      "%lld utterances in %lld shard%s, %.1f MiB\n",
      static_cast<long long>(report.utterances),
      static_cast<long long>(report.shards),
      report.shards == 1 ? "" : "s",
      static_cast<double>(report.bytes) / (1 << 20));
  return kDone;
}

}  // namespace
}  // namespace sotto::tools

extern "C" int sotto_run_pack(const sotto::tools::PackRequest* request) {
  return sotto::tools::run(*request, [&] { return sotto::tools::pack(*request); });
}
