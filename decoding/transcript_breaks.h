#pragma once

#include <string>

namespace sotto::decoding {

/// How bad it is to go to a new line or cue between two words, from 0 (after a sentence) to about 3
/// (inside a word).
/// @param pause_s  silence between them, in seconds.
double break_fault(const std::string& before, const std::string& after, double pause_s);

}  // namespace sotto::decoding
