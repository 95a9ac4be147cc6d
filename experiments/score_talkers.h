#pragma once

#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// The talker in an id such as `s1-bbaf2n` or `s1_bbaf2n`: what stands before the first hyphen, or
/// without one before the first underscore, as sclite has it (`-i spu_id`). Empty if neither is
/// there.
std::string talker_of(const std::string& id);

/// Sets each text's talker by `talker_of`. @throws DataError naming the first id without one.
void name_talkers(std::vector<ScoredText>& texts);

/// Sets each text's talker from a file of `id<tab>talker` lines.
/// @throws DataError as `parse_id_lines` does, and naming an id that is not in the file.
void name_talkers(std::vector<ScoredText>& texts, const std::string& path);

}  // namespace sotto::experiments
