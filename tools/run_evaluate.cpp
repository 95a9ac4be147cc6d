#include <iostream>

#include "common/files.h"
#include "common/interrupt.h"
#include "experiments/evaluate.h"
#include "experiments/slot_accuracy.h"
#include "tools/clips.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

int evaluate_and_print(const tools::EvaluateRequest& request) {
  experiments::LoadedModel model =
      experiments::read_model(tools::model_path(request, request.model));
  experiments::pack(model, precision_of(request.precision));
  experiments::EvaluateOptions options = tools::conditions_of(request, model.card);
  options.language_model = tools::language_model_of(
      request.language_model, request.search, request.precision, model.card, options.search);
  if (options.language_model) {
    tools::say(options.language_model->about);
  }
  const auto evaluations = experiments::evaluate(model, options);
  std::cout << experiments::format_evaluations(evaluations);
  if (request.by_slot) {
    for (const auto& evaluation : evaluations) {
      const size_t slots = experiments::split_words(evaluation.texts.front().reference).size();
      std::cout << "\n" << evaluation.modality.text() << ", sound "
                << experiments::condition_text(evaluation) << "\n"
                << experiments::format_slots(
                       experiments::slot_accuracy(evaluation.texts, slots), {});
    }
  }
  if (request.times) {
    std::cout << "\n" << experiments::format_times(evaluations);
  }
  if (request.confidence) {
    std::cout << "\n" << experiments::format_confidences(evaluations);
  }
  if (!request.json.empty()) {
    write_file(
        request.json,
        experiments::evaluations_json(
            model.card, datasets::Store(request.store).text_rules(), evaluations));
  }
  return tools::kDone;
}

}  // namespace

extern "C" int sotto_run_evaluate(const tools::EvaluateRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return evaluate_and_print(*request);
  });
}
