#include <algorithm>

#include "common/error.h"
#include "datasets/text/character_tokenizer.h"
#include "datasets/text/piece_tokenizer.h"
#include "datasets/text/special_tokens.h"
#include "datasets/text/tokenizer.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {

std::vector<std::string> tokenizer_types() {
  return {"characters", "sentencepiece"};
}

std::string tokenizer_type_of(const std::vector<std::string>& tokens) {
  for (size_t id = 1; id + 1 < tokens.size(); ++id) {
    const std::string& unit = tokens[id];
    if (unit != kUnknownToken && unit != kSpaceToken && utf8_characters(unit).size() != 1) {
      return "sentencepiece";
    }
  }
  return "characters";
}

std::shared_ptr<const Tokenizer> make_tokenizer(
    const std::string& type, const std::vector<std::string>& tokens, const std::string& model) {
  if (type == "characters") {
    return std::make_shared<CharacterTokenizer>(tokens);
  }
  if (type == "sentencepiece") {
    return std::make_shared<PieceTokenizer>(tokens, model);
  }
  std::string known;
  for (const std::string& name : tokenizer_types()) {
    known += (known.empty() ? "" : ", ") + name;
  }
  throw ConfigError("tokenizer: expected one of " + known + ", got '" + type + "'");
}

}  // namespace sotto::datasets
