#pragma once

#include <string>
#include <vector>

#include "datasets/synth/layout.h"

namespace sotto::datasets::synth {

/// What goes wrong in both LRS2 and LRS3.
struct OddLrs {
  const char* kind;
  bool pretrain;
  const char* written;  ///< null: any sentence
  bool read;            ///< whether a transcript can be read
};
inline constexpr OddLrs kOddLrs[] = {
    {"tag", false, "THE OLD FARMER {NS} FOUND A MAP", true},
    {"tags", false, "{D} THE WINDOW IS OPEN {LG}", true},
    {"tag_in_table", true, "THE TEACHER {NS} CAME HOME AT MIDNIGHT", true},
    {"missing_text", false, nullptr, false},
    {"empty_text", false, nullptr, false},
    {"byte_order_mark", false, nullptr, true},
    {"crlf", true, nullptr, true},
    {"latin1", false, "THE CAF\xC3\x89 IS OPEN", true},
    {"bad_row", true, "THE BOY KEPT THE KEY", false},
    {"no_table", true, nullptr, false},
    {"no_sound", false, nullptr, true},
    {"one_frame", false, nullptr, false},
    {"doubled_folder", false, nullptr, true},
    {"long", true, nullptr, true}};

/// The clip with its texts; without a path.
PlannedClip odd_lrs_clip(const OddLrs& odd, SentenceSource& sentences);
/// Says where it is odd, once its media file has a path.
void finish_odd_lrs(PlannedClip& clip, const std::string& path);
/// The word table with what is odd in it.
std::string odd_word_table(const std::string& kind, const std::vector<WordTime>& words);

}  // namespace sotto::datasets::synth
