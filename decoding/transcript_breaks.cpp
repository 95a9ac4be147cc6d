#include "decoding/transcript_breaks.h"

#include <algorithm>
#include <string_view>

#include "common/letter_case.h"
#include "datasets/text/utf8.h"

namespace sotto::decoding {
namespace {

// Words that belong to what follows: a break goes before, not after them.
constexpr std::string_view kLeading[] = {
    "about",   "after",   "although", "and", "around", "as",     "at",      "because", "before",
    "behind",  "between", "but",      "by",  "for",    "from",   "if",      "in",      "into",
    "nor",     "of",      "off",      "on",  "onto",   "or",     "over",    "since",   "so",
    "than",    "that",    "through",  "to",  "under",  "unless", "until",   "when",    "where",
    "whether", "which",   "while",    "who", "whose",  "with",   "without", "yet"};
// Words that belong to what follows and rarely begin a phrase's new line well by themselves.
constexpr std::string_view kBinding[] = {
    "a",
    "an",
    "the",
    "my",
    "your",
    "his",
    "her",
    "its",
    "our",
    "their",
    "this",
    "these",
    "those",
    "very",
    "not",
    "no"};
constexpr std::string_view kSentenceEnds[] = {".", "!", "?", "…", "。", "！", "？"};
constexpr std::string_view kPhraseEnds[] = {",", ";", ":", "—", "–", "，", "；", "：", "、"};
constexpr std::string_view kNeverFirst[] = {".",  ",",  "!",  "?",  ";",  ":",  ")",  "]",  "…",
                                            "。", "，", "！", "？", "；", "：", "、", "）", "」",
                                            "』", "》", "的", "了", "吗", "呢", "吧"};

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view last_character(std::string_view word) {
  size_t start = word.empty() ? 0 : word.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(word[start]) & 0xC0) == 0x80) {
    --start;
  }
  return word.substr(start);
}

std::string_view first_character(std::string_view word) {
  return word.empty() ? word : word.substr(0, datasets::utf8_length(word, 0));
}

/// Like a part of a name: one capital, then small letters.
bool is_capitalised(const std::string& word) {
  return word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' && word[1] >= 'a' && word[1] <= 'z';
}

}  // namespace

double break_fault(const std::string& before, const std::string& after, double pause_s) {
  if (is_one_of(first_character(after), kNeverFirst)) {
    return 2;
  }
  if (is_one_of(last_character(before), kSentenceEnds)) {
    return 0;
  }
  if (is_one_of(last_character(before), kPhraseEnds)) {
    return 0.1;
  }
  const std::string ends = in_lower_case(before);
  const bool dangling = is_one_of(ends, kLeading) || is_one_of(ends, kBinding);
  const bool name = is_capitalised(before) && is_capitalised(after);
  double fault = is_one_of(in_lower_case(after), kLeading) ? 0.5 : 1;
  fault += (dangling ? 0.7 : 0) + (name ? 0.7 : 0);
  // Half a second of silence makes any place a good one.
  return fault * std::clamp(1 - pause_s / 0.5, 0.1, 1.0);
}

}  // namespace sotto::decoding
