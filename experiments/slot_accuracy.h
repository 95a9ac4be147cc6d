#pragma once

#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// How often the word at one position of fixed-length sentences is right.
struct SlotScore {
  int64_t correct = 0;
  int64_t total = 0;
  /// How often the word that is most frequent at this position in the references would be right:
  /// an accuracy near it says nothing about recognition.
  int64_t floor_correct = 0;

  double accuracy() const;
  double floor() const;
};

/// Accuracy by position, for corpora whose sentences all have the same words in number and order of
/// kind (GRID: command, colour, preposition, letter, digit, adverb).
struct SlotReport {
  std::vector<SlotScore> slots;
  int64_t counted = 0;   ///< clips whose reference and hypothesis both have `slots` words
  int64_t left_out = 0;  ///< clips of another word count: they have no positions to compare
};

/// Words that most of the reference texts have; 0 without any.
size_t usual_slots(const std::vector<ScoredText>& texts);

/// Words are compared whatever their case.
/// @param slots  words in a sentence.
SlotReport slot_accuracy(const std::vector<ScoredText>& texts, size_t slots);

/// A line of percentages by slot, and one of their floors.
/// @param names  of the slots; may be empty.
std::string format_slots(const SlotReport& report, const std::vector<std::string>& names);

}  // namespace sotto::experiments
