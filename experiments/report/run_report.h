#pragma once

#include <string>

namespace sotto::experiments {

/// Writes RUN/report.html, one page that needs nothing else, from what lies in the run's folder:
/// the state, curves, stages, the worst sentences, confusions, errors by length, pictures of
/// samples, the recipe. It may be called while the run goes on; the page is replaced whole.
/// @param out  path of the page; empty: RUN/report.html
/// @return the page's path
/// @throws DataError if the folder is no run, or nothing was logged yet.
std::string write_run_report(const std::string& run, const std::string& out = "");

}  // namespace sotto::experiments
