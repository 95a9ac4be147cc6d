#include "experiments/score_reports.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"

namespace sotto::experiments {
namespace {

using Json = nlohmann::json;

/// "av:-5", "a:clean".
std::string name_of(const Json& result) {
  const Json& snr_db = result.at("snr_db");
  return result.at("modality").get<std::string>() + ":" +
         (snr_db.is_null() ? "clean" : format_text("%g", snr_db.get<double>()));
}

const Json& chosen(const Json& report, const ReportPath& path) {
  const Json* found = nullptr;
  std::string all;
  int fitting = 0;
  for (const Json& result : report.at("results")) {
    const std::string name = name_of(result);
    all += (all.empty() ? "" : ", ") + name;
    const bool fits =
        path.result.empty() || path.result == name || path.result == name.substr(0, name.find(':'));
    fitting += fits ? 1 : 0;
    found = fits && (found == nullptr || path.result == name) ? &result : found;
  }
  if (found == nullptr || (fitting > 1 && path.result != name_of(*found))) {
    throw DataError(path.file + ": choose a result by " + path.file + "#RESULT; there are: " + all);
  }
  return *found;
}

}  // namespace

ReportPath ReportPath::parse(const std::string& path) {
  const size_t sign = path.rfind('#');
  std::error_code ignored;
  if (sign == std::string::npos || std::filesystem::exists(path, ignored)) {
    return {path, ""};
  }
  return {path.substr(0, sign), path.substr(sign + 1)};
}

bool is_evaluation_report(std::string_view json) {
  const Json report = Json::parse(json, nullptr, false);
  return report.is_object() && report.contains("results") && report["results"].is_array();
}

ReportedTexts parse_evaluation_report(std::string_view json, const ReportPath& path) {
  ReportedTexts reported;
  try {
    const Json report = Json::parse(json);
    if (report.at("version") != 1) {
      throw DataError(path.file + ": expected a report of version 1");
    }
    reported.text_rules = report.value("text_rules", "");
    for (const Json& clip : chosen(report, path).at("clips")) {
      ScoredText text;
      text.id = clip.at("id").get<std::string>();
      text.reference = clip.at("reference").get<std::string>();
      text.hypothesis = clip.at("hypothesis").get<std::string>();
      text.talker = clip.value("talker", "");
      text.seconds = clip.value("seconds", 0.0);
      text.repetition = clip.value("repetition", int64_t{0});
      reported.texts.push_back(std::move(text));
    }
  } catch (const Json::exception& fault) {
    throw DataError(path.file + ": expected a report of sotto evaluate: " + fault.what());
  }
  return reported;
}

}  // namespace sotto::experiments
