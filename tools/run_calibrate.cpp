#include <iostream>

#include "common/interrupt.h"
#include "experiments/calibrate.h"
#include "experiments/evaluate_report.h"
#include "tools/clips.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

/// All that the model has.
std::vector<experiments::Modality> modalities_of(const experiments::ModelCard& card) {
  const bool lips = card.model.video.chosen();
  const bool sound = card.model.audio.chosen();
  std::vector<experiments::Modality> modalities;
  if (lips) {
    modalities.push_back({false, true});
  }
  if (sound) {
    modalities.push_back({true, false});
  }
  if (lips && sound) {
    modalities.push_back({true, true});
  }
  return modalities;
}

int calibrate_and_print(const tools::CalibrateRequest& request) {
  const std::string path = tools::model_path(request, request.model);
  experiments::LoadedModel model = experiments::read_model(path);
  experiments::CalibrateOptions options;
  options.evaluation = tools::conditions_of(request, model.card);
  if (request.modalities.empty()) {
    options.evaluation.modalities = modalities_of(model.card);
  }
  options.evaluation.search.lm_weight = 0;
  options.label_list = request.trained_on;
  experiments::pack(model, Precision::kFloat32);
  experiments::Calibrated calibrated = experiments::calibrate(model, options);
  experiments::write_calibrated(path, calibrated.card, request.out);
  const experiments::SummaryOptions summary = experiments::SummaryOptions::of(
      experiments::unit_of_rules(datasets::Store(request.store).text_rules()));
  std::cout << "on the clips that it was fitted on:\n"
            << experiments::format_evaluations(
                   calibrated.after, experiments::summarise(calibrated.after, summary), summary.unit)
            << "\n"
            << experiments::format_confidences(calibrated.after) << "\n"
            << experiments::format_times(calibrated.after) << "\n"
            << write_yaml(calibrated.card.calibration);
  return tools::kDone;
}

}  // namespace

extern "C" int sotto_run_calibrate(const tools::CalibrateRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return calibrate_and_print(*request);
  });
}
