#pragma once

#include <string>
#include <vector>

namespace sotto::experiments {

/// The words of a text as transcripts have them: parted by white space, and each character of a
/// script without blanks by itself.
std::vector<std::string> word_units(const std::string& text);

}  // namespace sotto::experiments
