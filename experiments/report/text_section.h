#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/report/run_data.h"

namespace sotto::experiments {

/// A word that was heard as another one; an empty side: inserted, left out.
struct Confusion {
  std::string said;
  std::string heard;
  int64_t times = 0;
};

/// The wrong words of texts, the most frequent first.
/// @param characters  of scripts without blanks, which are compared character by character
std::vector<Confusion> confusions_of(const std::vector<ValidatedText>& texts, bool characters);

/// Whether most of the references are written without blanks, as Mandarin is.
bool without_blanks(const std::vector<ValidatedText>& texts);

/// Two rows, said and heard, word below word with the wrong ones marked, as a table.
std::string marked_pair(
    const std::string& reference, const std::string& hypothesis, bool characters);

/// The sections on what was read in the last validation: the worst sentences, word confusions,
/// errors by length. Empty without texts.
std::string text_sections(const RunData& run);

}  // namespace sotto::experiments
