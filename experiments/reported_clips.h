#pragma once

#include <string>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::experiments {

/// What a report of `sotto evaluate` says was heard, as clips for fusion. A report has no times: each
/// word takes the second of its place. @param path  with `#RESULT`, see ReportPath. @throws DataError.
std::vector<decoding::Transcript> clips_of_report(const std::string& path);

}  // namespace sotto::experiments
