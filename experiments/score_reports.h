#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// One result of a report that `sotto evaluate --json` wrote.
struct ReportedTexts {
  std::vector<ScoredText> texts;
  std::string text_rules;  ///< empty: not known
};

/// A file that may be followed by `#MODALITY` or `#MODALITY:RATIO`, which chooses a result of a
/// report, as in `report.json#av:-5` or `report.json#a:clean`.
struct ReportPath {
  std::string file;
  std::string result;  ///< empty: the only one

  /// A file whose name has such a sign itself is that file.
  static ReportPath parse(const std::string& path);
};

/// Whether a JSON object is such a report.
bool is_evaluation_report(std::string_view json);

/// The result of a report that is chosen. @throws DataError that begins with the path, also if
/// there are several or none such: it then lists those there are.
ReportedTexts parse_evaluation_report(std::string_view json, const ReportPath& path);

}  // namespace sotto::experiments
