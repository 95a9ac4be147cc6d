#include <iostream>

#include "experiments/peers/import.h"
#include "tools/run.h"

extern "C" int sotto_run_import(const sotto::tools::ImportRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    experiments::ImportOptions options;
    options.checkpoint = request->checkpoint;
    options.out = request->out;
    options.config = request->config;
    options.units = request->units;
    options.sentencepiece = request->sentencepiece;
    options.limit_bytes = static_cast<uint64_t>(request->limit_mib) << 20;
    const experiments::ImportReport report = experiments::import_checkpoint(options);
    std::cerr << request->out << ": " << report.family << ", " << report.weights << " weights\n";
    for (const std::string& remark : report.remarks) {
      std::cerr << "  found " << remark << "\n";
    }
    for (const std::string& assumption : report.assumptions) {
      std::cerr << "  assumed " << assumption << "\n";
    }
    return tools::kDone;
  });
}
