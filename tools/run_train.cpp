#include "common/interrupt.h"
#include "experiments/device.h"
#include "experiments/trainer.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::TrainContext context_of(const tools::TrainRequest& request) {
  const experiments::Launch launch = experiments::launch_of_environment();
  experiments::TrainContext context;
  context.device = experiments::device_of(request.device, launch.local_rank);
  experiments::use_device(context.device);
  if (!launch.alone()) {
    context.processes = experiments::Processes::join(launch);
  }
  return context;
}

}  // namespace

extern "C" int sotto_run_train(const tools::TrainRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    experiments::Recipe recipe = experiments::read_recipe(
        tools::recipe_path(*request, request->recipe), request->overrides, request->beside);
    experiments::train(
        std::move(recipe), request->out, request->resume, context_of(*request));
    return tools::kDone;
  });
}
