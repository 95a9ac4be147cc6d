#include <c10/core/ScalarType.h>

#include "experiments/model_file.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_export(const sotto::tools::ExportRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    const experiments::LoadedModel model =
        experiments::read_model(tools::model_path(*request, request->model));
    experiments::write_model(
        request->out, model.network, model.card, request->half ? at::kHalf : at::kFloat);
    return tools::kDone;
  });
}
