#include "datasets/text/character_tokenizer.h"

#include "common/error.h"
#include "datasets/text/special_tokens.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {

CharacterTokenizer::CharacterTokenizer(std::vector<std::string> tokens)
    : Tokenizer(std::move(tokens)) {
  for (int64_t id = 1; id < eos(); ++id) {
    const std::string& unit = token(id);
    if (unit != kSpaceToken && unit != kUnknownToken && utf8_characters(unit).size() != 1) {
      throw DataError(
          "character vocabulary: expected one character, got token " + std::to_string(id) + " '" +
          unit + "'");
    }
  }
}

std::vector<int64_t> CharacterTokenizer::ids_of(std::string_view text) const {
  std::vector<int64_t> ids;
  for (const std::string& character : utf8_characters(text)) {
    int64_t id = character == " " ? find(std::string(kSpaceToken)) : find(character);
    if (id < 0) {
      id = find(std::string(kUnknownToken));
    }
    if (id < 0) {
      throw DataError(
          "text '" + std::string(text) + "': character '" + character +
          "' is not in the vocabulary; normalise the text or train with more units");
    }
    ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> english_characters() {
  std::vector<std::string> tokens = {std::string(kBlankToken), std::string(kSpaceToken), "'"};
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    tokens.emplace_back(1, letter);
  }
  tokens.emplace_back(kEndToken);
  return tokens;
}

}  // namespace sotto::datasets
