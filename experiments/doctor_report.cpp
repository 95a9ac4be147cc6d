#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "common/format_text.h"
#include "experiments/doctor_checks.h"

namespace sotto::experiments {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kSomeIds = 3;

const char* heading(Severity severity) {
  switch (severity) {
    case Severity::kSerious:
      return "SERIOUS";
    case Severity::kLook:
      return "look at";
    case Severity::kNote:
      return "noted";
    default:
      return "good";
  }
}

const char* json_name(Severity severity) {
  switch (severity) {
    case Severity::kSerious:
      return "serious";
    case Severity::kLook:
      return "look";
    case Severity::kNote:
      return "note";
    default:
      return "fine";
  }
}

/// Words of `text` in lines of at most kWidth, each behind `margin`, the first behind `first`.
std::string wrapped(const std::string& text, const std::string& first, const std::string& margin) {
  std::string out;
  std::string line = first;
  bool empty = true;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!empty && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = margin;
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
  }
  return out + line + "\n";
}

int64_t count_of(const Findings& findings, Severity severity) {
  return std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == severity;
  });
}

}  // namespace

double share_of(int64_t count, int64_t total) {
  return total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0;
}

std::string share_text(int64_t count, int64_t total, const std::string& unit) {
  return format_text(
      "%lld of %lld %s (%.1f %%)",
      static_cast<long long>(count),
      static_cast<long long>(total),
      unit.c_str(),
      100 * share_of(count, total));
}

std::string some_of(const std::vector<std::string>& ids) {
  std::string text;
  for (size_t i = 0; i < std::min(ids.size(), kSomeIds); ++i) {
    text += (i == 0 ? "" : ", ") + ids[i];
  }
  if (ids.size() > kSomeIds) {
    text += " and " + std::to_string(ids.size() - kSomeIds) + " more";
  }
  return text;
}

bool DoctorReport::serious() const {
  return count_of(findings, Severity::kSerious) > 0;
}

std::string doctor_text(const DoctorReport& report) {
  std::string text = wrapped(
      format_text(
          "%s%s: %lld serious, %lld to look at, %lld noted, %lld in order; %s opened",
          report.store.c_str(),
          report.model.empty() ? "" : (" with " + report.model).c_str(),
          static_cast<long long>(count_of(report.findings, Severity::kSerious)),
          static_cast<long long>(count_of(report.findings, Severity::kLook)),
          static_cast<long long>(count_of(report.findings, Severity::kNote)),
          static_cast<long long>(count_of(report.findings, Severity::kFine)),
          share_text(report.opened, report.clips).c_str()),
      "",
      "  ");
  for (const Finding& finding : report.findings) {
    const std::string margin(10, ' ');
    std::string first = heading(finding.severity);
    first.resize(margin.size(), ' ');
    if (finding.severity != Severity::kFine) {
      text += "\n";
    }
    text += wrapped(finding.check + ": " + finding.found, first, margin);
    if (!finding.fix.empty()) {
      text += wrapped(finding.fix, margin + "-> ", margin + "   ");
    }
  }
  return text;
}

std::string doctor_json(const DoctorReport& report) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : report.findings) {
    nlohmann::ordered_json numbers = nlohmann::ordered_json::object();
    for (const auto& [name, value] : finding.numbers) {
      numbers[name] = value;
    }
    findings.push_back(
        {{"severity", json_name(finding.severity)},
         {"check", finding.check},
         {"found", finding.found},
         {"fix", finding.fix},
         {"numbers", numbers}});
  }
  const nlohmann::ordered_json json = {
      {"version", 1},
      {"store", report.store},
      {"model", report.model},
      {"clips", report.clips},
      {"opened", report.opened},
      {"findings", findings}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sotto::experiments
