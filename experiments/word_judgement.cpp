#include "experiments/word_judgement.h"

#include <algorithm>
#include <cmath>

#include "common/letter_case.h"
#include "experiments/edit_alignment.h"
#include "experiments/word_units.h"

namespace sotto::experiments {
namespace {

std::vector<std::string> in_lower_case(std::vector<std::string> words) {
  for (std::string& word : words) {
    word = sotto::in_lower_case(word);
  }
  return words;
}

/// The places of `heard` words that the alignment with `said` finds equal but for their case, as
/// (said, heard).
std::vector<std::pair<size_t, size_t>> matches(
    const std::vector<std::string>& said, const std::vector<std::string>& heard) {
  std::vector<std::pair<size_t, size_t>> found;
  size_t i = 0;
  size_t j = 0;
  for (const AlignedUnit& unit : align_edits(in_lower_case(said), in_lower_case(heard))) {
    if (unit.reference == unit.hypothesis) {
      found.emplace_back(i, j);
    }
    i += unit.reference.empty() ? 0 : 1;
    j += unit.hypothesis.empty() ? 0 : 1;
  }
  return found;
}

std::vector<double> known(const std::vector<WordJudgement>& words, double WordJudgement::*error) {
  std::vector<double> errors;
  for (const WordJudgement& word : words) {
    if (!std::isnan(word.*error)) {
      errors.push_back(word.*error);
    }
  }
  return errors;
}

}  // namespace

std::vector<WordJudgement> judge_words(
    const std::vector<HeardWord>& words,
    const std::vector<decoding::Word>& calibrated,
    const std::string& reference,
    const std::vector<datasets::WordTime>& true_times) {
  std::vector<WordJudgement> judgements(words.size());
  std::vector<std::string> heard;
  for (size_t i = 0; i < words.size(); ++i) {
    judgements[i].evidence = words[i].evidence;
    judgements[i].confidence = calibrated[i].confidence;
    heard.push_back(words[i].word.word);
  }
  for (const auto& match : matches(word_units(reference), heard)) {
    judgements[match.second].right = true;
  }
  std::vector<std::string> timed;
  for (const datasets::WordTime& word : true_times) {
    timed.push_back(word.word);
  }
  for (const auto& [said, place] : matches(timed, heard)) {
    judgements[place].start_error_s = calibrated[place].start - true_times[said].start_s;
    judgements[place].end_error_s = calibrated[place].end - true_times[said].end_s;
  }
  return judgements;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) {
    return WordEvidence::kUnknown;
  }
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size());
  const auto at = static_cast<size_t>(std::max(0.0, std::ceil(place) - 1));
  const bool between = q == 0.5 && values.size() % 2 == 0;
  return between ? (values[at] + values[at + 1]) / 2 : values[at];
}

TimeScores score_times(std::vector<double> errors_s) {
  TimeScores scores;
  scores.words = static_cast<int64_t>(errors_s.size());
  scores.median_s = quantile(errors_s, 0.5);
  for (double& error : errors_s) {
    error = std::abs(error);
  }
  scores.median_absolute_s = quantile(errors_s, 0.5);
  scores.absolute_90_s = quantile(errors_s, 0.9);
  return scores;
}

std::vector<double> start_errors(const std::vector<WordJudgement>& words) {
  return known(words, &WordJudgement::start_error_s);
}

std::vector<double> end_errors(const std::vector<WordJudgement>& words) {
  return known(words, &WordJudgement::end_error_s);
}

std::vector<JudgedWord> confidences(const std::vector<WordJudgement>& words, bool raw) {
  std::vector<JudgedWord> judged;
  for (const WordJudgement& word : words) {
    judged.push_back({raw ? word.evidence.tokens : word.confidence, word.right});
  }
  return judged;
}

std::vector<JudgedEvidence> judged_evidence(const std::vector<WordJudgement>& words) {
  std::vector<JudgedEvidence> evidence;
  for (const WordJudgement& word : words) {
    evidence.push_back({word.evidence, word.right});
  }
  return evidence;
}

}  // namespace sotto::experiments
