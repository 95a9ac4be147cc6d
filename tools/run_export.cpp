#include <c10/core/ScalarType.h>

#include <filesystem>

#include "experiments/model_file.h"
#include "experiments/peers/import.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_export(const sotto::tools::ExportRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    const std::string model = tools::model_path(*request, request->model);
    if (std::filesystem::path(request->out).extension() != ".safetensors") {
      experiments::export_checkpoint(model, request->out);
      return tools::kDone;
    }
    const experiments::ModelContents contents = experiments::read_contents(model);
    experiments::write_model(
        request->out, contents.tensors, contents.card,
        request->half ? std::optional(at::kHalf) : std::nullopt);
    return tools::kDone;
  });
}
