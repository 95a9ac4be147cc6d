#pragma once

#include <string>
#include <vector>

#include "experiments/report/run_data.h"

namespace sotto::experiments {

/// A key of recipes that differ, with each run's value; "-" where a recipe has none.
struct RecipeDifference {
  std::string key;
  std::vector<std::string> values;
};

std::vector<RecipeDifference> recipe_differences(const std::vector<RunData>& runs);

/// Names that tell runs apart: the last parts of their folders, as many as are needed.
std::vector<std::string> run_labels(const std::vector<RunData>& runs);

/// One page that needs nothing else: curves of all runs in one picture each, their lowest errors,
/// and in what their recipes differ.
std::string comparison_page(const std::vector<RunData>& runs);

/// The lowest errors of runs for a terminal, a run a line.
std::string comparison_table(const std::vector<RunData>& runs);

}  // namespace sotto::experiments
