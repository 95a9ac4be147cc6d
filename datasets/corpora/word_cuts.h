#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/utterance.h"

namespace sotto::datasets {

/// A part of a long clip: words `first` to `last`, the latter not included, and its frames.
struct WordCut {
  size_t first = 0;
  size_t last = 0;
  int64_t begin = 0;
  int64_t end = 0;    ///< the frame it ends before; 0: where the clip ends
  std::string fault;  ///< why it cannot be used; empty if it can
};

/// As auto_avsr cuts: words are taken while they end before `longest_s` after the part's start; the
/// word that does not starts the next part. A part ends with its last word, so that the time up to
/// the next is lost. One part from the clip's start that holds every word is the whole clip. A word
/// longer than the limit makes a part with a fault.
std::vector<WordCut> cut_at_limit(const std::vector<WordTime>& words, double longest_s);

/// As AV-HuBERT cuts: a clip whose last word ends before `longest_s` stays whole; another is cut in
/// the middle of every pause of more than 0.4 s. Nothing is lost, but a part may be longer.
std::vector<WordCut> cut_at_pauses(const std::vector<WordTime>& words, double longest_s);

}  // namespace sotto::datasets
