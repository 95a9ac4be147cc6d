#include "experiments/score.h"

#include <algorithm>

#include "common/letter_case.h"
#include "datasets/text/utf8.h"

namespace sotto::experiments {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Blanks count once, and only between words, as words alone can be heard. Without them the wide
/// blank of Chinese text is none either.
std::vector<std::string> split_characters(const std::string& text, bool with_spaces) {
  std::vector<std::string> characters;
  for (const std::string& word : split_words(text)) {
    if (with_spaces && !characters.empty()) {
      characters.emplace_back(" ");
    }
    for (std::string& character : datasets::utf8_characters(word)) {
      if (with_spaces || character != "\u3000") {
        characters.push_back(std::move(character));
      }
    }
  }
  return characters;
}

EditCounts edits_of(const ScoredText& text, ScoreUnit unit, const ScoreOptions& options) {
  return count_edits(
      score_units(text.reference, unit, options),
      score_units(text.hypothesis, unit, options),
      options.costs);
}

}  // namespace

ScoreUnit unit_of_rules(const std::string& text_rules) {
  return text_rules.rfind("mandarin", 0) == 0 ? ScoreUnit::kCharacters : ScoreUnit::kWords;
}

double ScoreReport::sentence_error_rate() const {
  return clips.empty() ? 0
                       : static_cast<double>(wrong_sentences) / static_cast<double>(clips.size());
}

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && !is_space(text[end])) {
      ++end;
    }
    words.push_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

std::vector<std::string> score_units(
    const std::string& text, ScoreUnit unit, const ScoreOptions& options) {
  const std::string compared = options.lower_case ? in_lower_case(text) : text;
  return unit == ScoreUnit::kWords ? split_words(compared)
                                   : split_characters(compared, options.count_spaces);
}

ScoreReport score(const std::vector<ScoredText>& texts, const ScoreOptions& options) {
  ScoreReport report;
  for (const ScoredText& text : texts) {
    ClipScore clip;
    clip.id = text.id;
    clip.talker = text.talker;
    clip.seconds = text.seconds;
    clip.repetition = text.repetition;
    clip.words = edits_of(text, ScoreUnit::kWords, options);
    clip.characters = edits_of(text, ScoreUnit::kCharacters, options);
    report.words += clip.words;
    report.characters += clip.characters;
    report.wrong_sentences += clip.words.errors() > 0 ? 1 : 0;
    report.clips.push_back(std::move(clip));
  }
  return report;
}

}  // namespace sotto::experiments
