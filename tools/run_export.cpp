#include <c10/core/ScalarType.h>

#include "common/error.h"
#include "experiments/model_file.h"
#include "experiments/peers/import.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_export(const sotto::tools::ExportRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    const bool ours = is_safetensors(request->out);
    if (request->half && !ours) {
      throw ConfigError("export: --half goes with a .safetensors file only");
    }
    const std::string model = tools::model_path(*request, request->model);
    if (ours) {
      experiments::write_contents(
          request->out, experiments::read_contents(model),
          request->half ? std::optional(at::kHalf) : std::nullopt);
    } else {
      experiments::export_checkpoint(model, request->out);
    }
    return tools::kDone;
  });
}
