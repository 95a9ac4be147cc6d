#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/report/run_data.h"

namespace sotto::experiments {

/// Whether most of the references are written without blanks, as Mandarin is.
bool without_blanks(const std::vector<ValidatedText>& texts);

/// Two rows, said and heard, word below word with the wrong ones marked, as a table.
std::string marked_pair(
    const std::string& reference, const std::string& hypothesis, bool characters);

/// The sections on what was read in the last validation: the worst sentences, word confusions,
/// errors by length. Empty without texts.
std::string text_sections(const RunData& run);

}  // namespace sotto::experiments
