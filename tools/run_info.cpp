#include <filesystem>
#include <iostream>

#include "experiments/describe.h"
#include "experiments/machine.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_info(const sotto::tools::InfoRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    if (request->path.empty()) {
      std::cout << experiments::machine_text();
      return tools::kDone;
    }
    // A path that exists is meant as it is; otherwise it may be the name of a shipped model.
    const bool exists = std::filesystem::exists(request->path);
    std::cout << experiments::describe_path(
        exists ? request->path : tools::model_path(*request, request->path));
    return tools::kDone;
  });
}
