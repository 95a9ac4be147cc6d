#pragma once

#include <string>
#include <vector>

#include "decoding/transcript.h"
#include "experiments/score_reports.h"

namespace sotto::experiments {

/// What a report of `sotto evaluate` says was heard, as clips for fusion. A report has no times: each
/// word takes the second of its place. Other repetitions of a clip have their number in the name.
/// @throws DataError.
std::vector<decoding::Transcript> clips_of_report(std::string_view json, const ReportPath& path);

}  // namespace sotto::experiments
