#include "datasets/text/tokenizer.h"

#include "common/error.h"
#include "common/letter_case.h"
#include "datasets/text/special_tokens.h"

namespace sotto::datasets {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) {
    return "";
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Whether the vocabulary has Latin capitals and no small letters; `<unk>` and its like do not count.
bool in_capitals_only(const std::vector<std::string>& tokens) {
  bool capitals = false;
  for (const std::string& token : tokens) {
    if (token.size() > 1 && token.front() == '<' && token.back() == '>') {
      continue;
    }
    for (const char c : token) {
      if (c >= 'a' && c <= 'z') {
        return false;
      }
      capitals = capitals || (c >= 'A' && c <= 'Z');
    }
  }
  return capitals;
}

}  // namespace

Tokenizer::Tokenizer(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
  if (tokens_.size() < 3 || tokens_.front() != kBlankToken || tokens_.back() != kEndToken) {
    throw DataError(
        "vocabulary: expected <blank>, units and <eos>, got " + std::to_string(tokens_.size()) +
        " tokens without these ends");
  }
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (!ids_.emplace(tokens_[i], static_cast<int64_t>(i)).second) {
      throw DataError(
          "vocabulary: token " + std::to_string(i) + " '" + tokens_[i] + "' repeats " +
          std::to_string(ids_[tokens_[i]]));
    }
  }
  capitals_ = in_capitals_only(tokens_);
}

std::vector<int64_t> Tokenizer::encode(std::string_view text) const {
  return capitals_ ? ids_of(in_capitals(text)) : ids_of(text);
}

int64_t Tokenizer::find(const std::string& token) const {
  const auto entry = ids_.find(token);
  return entry == ids_.end() ? -1 : entry->second;
}

const std::string& Tokenizer::token(int64_t id) const {
  if (id < 0 || id >= size()) {
    throw DataError(
        "token id: expected 0 to " + std::to_string(size() - 1) + ", got " + std::to_string(id));
  }
  return tokens_[id];
}

std::string Tokenizer::piece(int64_t id) const {
  const std::string& string = token(id);
  if (id == kBlank || id == eos()) {
    return "";
  }
  return string == kSpaceToken ? " " : replaced(string, kWordMark, " ");
}

std::vector<std::string> Tokenizer::pieces(const std::vector<int64_t>& ids) const {
  std::vector<std::string> all;
  all.reserve(ids.size());
  for (const int64_t id : ids) {
    all.push_back(piece(id));
  }
  return all;
}

bool Tokenizer::starts_word(int64_t id) const {
  const std::string text = piece(id);
  return !text.empty() && text.front() == ' ';
}

std::string Tokenizer::decode(const std::vector<int64_t>& ids) const {
  std::string text;
  for (const int64_t id : ids) {
    if (id != -1) {
      text += token(id);
    }
  }
  text = trimmed(replaced(replaced(text, kSpaceToken, " "), kWordMark, " "));
  return replaced(text, kEndToken, "");
}

}  // namespace sotto::datasets
