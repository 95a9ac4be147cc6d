#include "datasets/synth/layout_text.h"

#include <algorithm>
#include <cctype>

#include "common/format_text.h"
#include "common/random.h"
#include "datasets/synth/speech.h"

namespace sotto::datasets::synth {
namespace {

std::string capitals_of(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

}  // namespace

std::string without_tags(const std::string& text) {
  std::string said;
  bool inside = false;
  for (const char c : text) {
    inside = inside || c == '{';
    said += inside ? ' ' : c;
    inside = inside && c != '}';
  }
  return said;
}

std::string plain_words(const std::string& text) {
  std::string plain;
  for (const TextWord& word : words_of(text)) {
    plain += (plain.empty() ? "" : " ") + word.word;
  }
  return plain;
}

std::string capital_words(const std::string& text) {
  std::string capitals;
  const auto add = [&capitals](const std::string& part) {
    capitals += (capitals.empty() || part.empty() ? "" : " ") + part;
  };
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find('{', at), text.size());
    const size_t close = std::min(text.find('}', open), text.size());
    add(capitals_of(plain_words(text.substr(at, open - at))));
    add(text.substr(open, close < text.size() ? close + 1 - open : 0));
    at = close + 1;
  }
  return capitals;
}

std::string several(SentenceSource& sentences, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i) {
    text += (text.empty() ? "" : " ") + sentences.next();
  }
  return text;
}

std::string word_table(const std::vector<WordTime>& words, bool capitals) {
  std::string table = "WORD START END ASDSCORE\n";
  for (const WordTime& word : words) {
    const std::string text = capitals ? capitals_of(word.word) : word.word;
    table += text + format_text(" %.2f %.2f 9.9\n", word.start_s, word.end_s);
  }
  return table;
}

std::string made_up_id(
    uint64_t seed, const std::string& name, const std::string& alphabet, int64_t length) {
  Random random(seed, 0, name);
  std::string id;
  for (int64_t i = 0; i < length; ++i) {
    id += alphabet[static_cast<size_t>(random.below(static_cast<int64_t>(alphabet.size())))];
  }
  return id;
}

std::string video_id(uint64_t seed, const std::string& name) {
  return made_up_id(
      seed, name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 11);
}

std::string programme_id(uint64_t seed, const std::string& name) {
  return made_up_id(seed, name, "123456789", 1) + made_up_id(seed, name + ".", "0123456789", 18);
}

}  // namespace sotto::datasets::synth
