#include "common/interrupt.h"
#include "experiments/trainer.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_train(const sotto::tools::TrainRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    catch_interrupts();
    experiments::train(
        experiments::read_recipe(
            tools::recipe_path(*request, request->recipe), request->overrides),
        request->out, request->resume);
    return tools::kDone;
  });
}
