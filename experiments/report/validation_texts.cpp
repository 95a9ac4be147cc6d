#include "experiments/report/validation_texts.h"

#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {
namespace {

using nlohmann::ordered_json;

std::string path_of(const std::string& run) {
  return (std::filesystem::path(run) / "validation.jsonl").string();
}

}  // namespace

void write_validation_texts(const std::string& run, const ValidationTexts& texts) {
  AtomicFile file(path_of(run));
  for (const ValidatedText& text : texts.texts) {
    const ordered_json line = {
        {"stage", texts.stage},
        {"epoch", texts.epoch},
        {"step", texts.step},
        {"modality", text.modality},
        {"id", text.id},
        {"seconds", text.seconds},
        {"reference", text.reference},
        {"hypothesis", text.hypothesis}};
    file.write(line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  }
  file.commit();
}

ValidationTexts read_validation_texts(const std::string& run) {
  ValidationTexts all;
  const std::string path = path_of(run);
  if (!std::filesystem::exists(path)) {
    return all;
  }
  std::istringstream file(read_file(path));
  size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    try {
      const auto json = nlohmann::json::parse(line);
      all.stage = json.at("stage").get<std::string>();
      all.epoch = json.at("epoch").get<int64_t>();
      all.step = json.at("step").get<int64_t>();
      ValidatedText text;
      text.modality = json.at("modality").get<std::string>();
      text.id = json.at("id").get<std::string>();
      text.seconds = json.at("seconds").get<double>();
      text.reference = json.at("reference").get<std::string>();
      text.hypothesis = json.at("hypothesis").get<std::string>();
      all.texts.push_back(std::move(text));
    } catch (const nlohmann::json::exception& fault) {
      throw DataError(path + ":" + std::to_string(number) + ": " + fault.what());
    }
  }
  return all;
}

}  // namespace sotto::experiments
