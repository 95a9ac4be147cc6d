#pragma once

#include <string>
#include <vector>

#include "datasets/utterance.h"

namespace sotto::datasets {

/// A transcript file of LRS2 or LRS3 as it stands, before any text rules.
struct LrsText {
  std::string text;        ///< what stands behind `Text:`
  std::string text_where;  ///< file:line of it
  bool has_words = false;  ///< there is a word table
  std::vector<WordTime> words;
  std::string words_where;  ///< file:line of the table's header
  std::string words_fault;  ///< file:line and what is wrong with the first bad row; empty if none
};

/// Whether a text begins as such a file does.
bool is_lrs_text(const std::string& text);

/// Finds the lines `Text:` and the table below `WORD START END ASDSCORE`, wherever they are: the
/// blocks between differ from part to part (`Conf:`, `Ref:`, a table `FRAME X Y W H`).
/// @param text  UTF-8. @param name  for messages.
/// @throws DataError with name:line if there is no line `Text:`.
LrsText parse_lrs_text(const std::string& text, const std::string& name);

}  // namespace sotto::datasets
