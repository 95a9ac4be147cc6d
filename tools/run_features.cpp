#include <cmath>
#include <string>

#include "common/error.h"
#include "experiments/features.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_features(const sotto::tools::FeaturesRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    experiments::FeaturesRequest wanted;
    wanted.model = tools::model_path(*request, request->model);
    wanted.inputs = request->inputs;
    wanted.out = request->out;
    wanted.stages = request->stages;
    wanted.language_model = request->language_model;
    for (const double token : request->tokens) {
      if (token != std::floor(token)) {
        throw ConfigError("--tokens: expected whole numbers");
      }
      wanted.tokens.push_back(static_cast<int64_t>(token));
    }
    experiments::write_features(wanted);
    return tools::kDone;
  });
}
