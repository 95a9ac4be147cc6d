#pragma once

#include <string>

namespace sotto::datasets {

/// The sentence that six letters stand for in GRID's grammar: "bbaf2n" is "bin blue at f two now".
/// Empty if it is no sentence.
std::string grid_sentence(const std::string& code);

}  // namespace sotto::datasets
