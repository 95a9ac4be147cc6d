#include <filesystem>
#include <iostream>

#include "common/files.h"
#include "experiments/bench.h"
#include "experiments/growth.h"
#include "experiments/loader_bench.h"
#include "experiments/machine.h"
#include "experiments/train_bench.h"
#include "tools/run.h"
#include "tools/search_of.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

/// As the published models are searched.
decoding::SearchOptions published_search() {
  decoding::SearchOptions search;
  search.beam = 40;
  search.ctc_weight = 0.1;
  return search;
}

int bench_and_print(const tools::BenchRequest& request, experiments::BenchOptions options) {
  experiments::LoadedModel model;
  if (request.model.empty()) {
    std::cerr << "filling the weights\n";
    model = experiments::random_base_model(request.vocabulary);
    model.card.decode = published_search();
  } else {
    model = experiments::read_model(tools::model_path(request, request.model));
  }
  options.search = tools::search_of(request.search, model.card.decode);
  const experiments::BenchReport report = experiments::bench(std::move(model), options);
  std::cout << experiments::machine_text() << "\n" << experiments::bench_text(report);
  if (!request.json.empty()) {
    write_file(request.json, experiments::bench_json(report));
  }
  return tools::kDone;
}

int measure_growth_and_print(
    const tools::BenchRequest& request, experiments::BenchOptions options) {
  options.search = tools::search_of(request.search, published_search());
  const auto curves = experiments::measure_growth(options);
  std::cout << experiments::machine_text() << "\n" << experiments::growth_text(curves);
  std::filesystem::create_directories(request.growth);
  const std::string folder = request.growth + "/";
  write_file(folder + "growth.json", experiments::growth_json(curves, options));
  for (const auto& [name, plot] : experiments::growth_plots(curves)) {
    write_file(folder + name, plot);
  }
  return tools::kDone;
}

int measure_loader_and_print(const tools::BenchRequest& request) {
  experiments::LoaderBenchOptions options;
  options.store = request.loader;
  options.workers = request.threads > 0 ? request.threads : 1;
  const experiments::LoaderBenchReport report = experiments::bench_loader(options);
  std::cout << experiments::machine_text() << "\n"
            << experiments::loader_bench_text(report, options);
  if (!request.json.empty()) {
    write_file(request.json, experiments::loader_bench_json(report, options));
  }
  return tools::kDone;
}

int measure_training_and_print(const tools::BenchRequest& request) {
  experiments::TrainBenchOptions options;
  options.clips = request.clips;
  options.frames = request.frames;
  options.labels = request.tokens;
  options.repeats = request.repeats;
  options.precision = step_precision_of(request.precision, at::kCPU);
  options.checkpointing = request.checkpointing;
  options.progress = [](const std::string& part) { std::cerr << part << "\n"; };
  const auto report = experiments::bench_training(
      request.model.empty() ? experiments::random_base_model(request.vocabulary)
                            : experiments::read_model(tools::model_path(request, request.model)),
      options);
  std::cout << experiments::machine_text() << "\n" << experiments::train_bench_text(report);
  if (!request.json.empty()) {
    write_file(request.json, experiments::train_bench_json(report));
  }
  return tools::kDone;
}

}  // namespace

extern "C" int sotto_run_bench(const sotto::tools::BenchRequest* request) {
  return tools::run(*request, [&] {
    if (!request->loader.empty()) {
      return measure_loader_and_print(*request);
    }
    if (request->train) {
      return measure_training_and_print(*request);
    }
    experiments::BenchOptions options;
    options.precision = precision_of(request->precision);
    options.frames = request->frames;
    options.steps = request->tokens;
    options.repeats = request->repeats;
    options.progress = [](const std::string& part) { std::cerr << part << "\n"; };
    return request->growth.empty() ? bench_and_print(*request, options)
                                   : measure_growth_and_print(*request, options);
  });
}
