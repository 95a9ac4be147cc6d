#include <iostream>

#include "common/files.h"
#include "experiments/bench.h"
#include "experiments/machine.h"
#include "tools/run.h"
#include "tools/search_of.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_bench(const sotto::tools::BenchRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    experiments::BenchOptions options;
    options.precision = precision_of(request->precision);
    options.frames = request->frames;
    options.steps = request->tokens;
    options.repeats = request->repeats;
    options.progress = [](const std::string& part) { std::cerr << part << "\n"; };
    experiments::LoadedModel model;
    if (request->model.empty()) {
      std::cerr << "filling the weights\n";
      model = experiments::random_base_model(request->vocabulary);
      model.card.decode.beam = 40;  // as the published models are searched
      model.card.decode.ctc_weight = 0.1;
    } else {
      model = experiments::read_model(tools::model_path(*request, request->model));
    }
    options.search = tools::search_of(request->search, model.card.decode);
    const experiments::BenchReport report = experiments::bench(std::move(model), options);
    std::cout << experiments::machine_text() << "\n" << experiments::bench_text(report);
    if (!request->json.empty()) {
      write_file(request->json, experiments::bench_json(report));
    }
    return tools::kDone;
  });
}
