#include "experiments/score.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "datasets/text/utf8.h"

namespace sotto::experiments {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

std::vector<std::string> split_characters(const std::string& text, bool with_spaces) {
  std::vector<std::string> characters = datasets::utf8_characters(text);
  if (!with_spaces) {
    characters.erase(
        std::remove_if(
            characters.begin(),
            characters.end(),
            [](const std::string& character) { return is_space(character[0]); }),
        characters.end());
  }
  return characters;
}

double percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string row(const char* unit, const EditCounts& counts, size_t sentences, double wrong) {
  std::array<char, 256> line{};
  const int64_t n = counts.reference();
  std::snprintf(
      line.data(),
      line.size(),
      "%-10s %7zu %8lld %7.2f %7.2f %7.2f %7.2f %7.2f %7.2f\n",
      unit,
      sentences,
      static_cast<long long>(n),
      percent(counts.correct, n),
      percent(counts.substitutions, n),
      percent(counts.deletions, n),
      percent(counts.insertions, n),
      percent(counts.errors(), n),
      wrong);
  return line.data();
}

}  // namespace

double ScoreReport::sentence_error_rate() const {
  return percent(wrong_sentences, static_cast<int64_t>(clips.size())) / 100;
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

ScoreReport score(const std::vector<ScoredText>& texts, const ScoreOptions& options) {
  ScoreReport report;
  for (const ScoredText& text : texts) {
    const std::string reference = options.lower_case ? lower(text.reference) : text.reference;
    const std::string hypothesis = options.lower_case ? lower(text.hypothesis) : text.hypothesis;
    ClipScore clip;
    clip.id = text.id;
    clip.words = count_edits(split_words(reference), split_words(hypothesis), options.costs);
    clip.characters = count_edits(
        split_characters(reference, options.count_spaces),
        split_characters(hypothesis, options.count_spaces),
        options.costs);
    report.words += clip.words;
    report.characters += clip.characters;
    report.wrong_sentences += clip.words.errors() > 0 ? 1 : 0;
    report.clips.push_back(std::move(clip));
  }
  return report;
}

std::string format_score(const ScoreReport& report) {
  std::array<char, 128> head{};
  std::snprintf(
      head.data(),
      head.size(),
      "%-10s %7s %8s %7s %7s %7s %7s %7s %7s\n",
      "%",
      "Snt",
      "Wrd",
      "Corr",
      "Sub",
      "Del",
      "Ins",
      "Err",
      "S.Err");
  const double wrong = 100 * report.sentence_error_rate();
  return head.data() + row("words", report.words, report.clips.size(), wrong) +
         row("characters", report.characters, report.clips.size(), wrong);
}

}  // namespace sotto::experiments
