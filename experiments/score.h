#pragma once

#include <string>
#include <vector>

#include "experiments/edit_alignment.h"

namespace sotto::experiments {

/// One clip: what was said and what was transcribed.
struct ScoredText {
  std::string id;
  std::string reference;
  std::string hypothesis;
  std::string talker = "";  ///< empty: not known
  double seconds = 0;       ///< of the clip; 0: not known
  int64_t repetition = 0;   ///< of the same clip with other noise

  /// Other repetitions than the first have their number in it.
  std::string name() const {
    return repetition == 0 ? id : id + " #" + std::to_string(repetition);
  }
};

/// What is counted.
enum class ScoreUnit { kWords, kCharacters };

/// What texts that were made by these rules (docs/text_rules.md) are counted in: characters for
/// Mandarin, else words.
ScoreUnit unit_of_rules(const std::string& text_rules);

/// What counts as an error.
struct ScoreOptions {
  bool lower_case = true;    ///< A-Z equal a-z, as auto_avsr scores
  bool count_spaces = true;  ///< CER: a blank is a character (English); false for Mandarin
  EditCosts costs = EditCosts::kUniform;
};

struct ClipScore {
  std::string id;
  std::string talker;
  EditCounts words;
  EditCounts characters;
  double seconds = 0;
  int64_t repetition = 0;

  const EditCounts& counts(ScoreUnit unit) const {
    return unit == ScoreUnit::kWords ? words : characters;
  }
};

/// Error rates of a set: sums of edits over sums of reference units, never a mean of rates.
struct ScoreReport {
  std::vector<ClipScore> clips;
  EditCounts words;
  EditCounts characters;
  int64_t wrong_sentences = 0;  ///< clips with at least one word error

  double wer() const { return words.rate(); }
  double cer() const { return characters.rate(); }
  double sentence_error_rate() const;
};

/// Words of a text, parted by white space.
std::vector<std::string> split_words(const std::string& text);

/// The units of a text that are counted.
std::vector<std::string> score_units(
    const std::string& text, ScoreUnit unit, const ScoreOptions& options);

/// Scores a set of clips. With uniform costs the totals are the minimum that WER and CER are
/// defined by; with sclite's costs the split is sclite's, and the total can, rarely, be larger.
ScoreReport score(const std::vector<ScoredText>& texts, const ScoreOptions& options = {});

}  // namespace sotto::experiments
