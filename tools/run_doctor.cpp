#include <iostream>
#include <memory>
#include <optional>

#include "common/error.h"
#include "common/files.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/doctor.h"
#include "experiments/doctor_model.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace sotto::tools {
namespace {

std::optional<experiments::DoctorModel> model_of(const DoctorRequest& request) {
  if (request.model.empty()) {
    return std::nullopt;
  }
  const std::string path = model_path(request, request.model);
  const experiments::ModelCard card = experiments::read_card(SafetensorsFile(path), path);
  if (card.kind != "recogniser") {
    throw ConfigError(path + ": expected a recogniser, got a " + card.kind);
  }
  return experiments::doctor_model(card);
}

int doctor(const DoctorRequest& request) {
  const std::optional<experiments::DoctorModel> model = model_of(request);
  catch_interrupts();
  experiments::DoctorOptions options;
  options.store = request.store;
  options.clips = request.clips;
  std::unique_ptr<Progress> progress;
  std::string shown;
  options.progress = [&](const std::string& part, int64_t total, int64_t /*done*/) {
    if (part != shown) {
      progress.reset();  // ends the line of the part before
      progress = std::make_unique<Progress>("doctor", total, part);
      shown = part;
    }
    progress->advance();
  };
  const experiments::DoctorReport report =
      experiments::examine_store(options, model ? &*model : nullptr);
  progress.reset();
  std::cout << experiments::doctor_text(report);
  if (!request.json.empty()) {
    write_file(request.json, experiments::doctor_json(report));
  }
  return report.serious() ? kInputFailed : kDone;
}

}  // namespace
}  // namespace sotto::tools

extern "C" int sotto_run_doctor(const sotto::tools::DoctorRequest* request) {
  return sotto::tools::run(*request, [&] { return sotto::tools::doctor(*request); });
}
