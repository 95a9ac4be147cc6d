#include "datasets/text/piece_tokenizer.h"

#include "common/error.h"
#include "datasets/text/special_tokens.h"

namespace sotto::datasets {

PieceTokenizer::PieceTokenizer(std::vector<std::string> tokens, const std::string& model)
    : Tokenizer(std::move(tokens)) {
  if (!model.empty()) {
    pieces_.emplace(model);
  }
}

std::vector<int64_t> PieceTokenizer::ids_of(std::string_view text) const {
  if (!pieces_) {
    throw DataError(
        "text '" + std::string(text) +
        "': expected a SentencePiece model to cut it into pieces, got a vocabulary alone; give the "
        "model where the vocabulary is read, --spm FILE");
  }
  std::vector<int64_t> ids;
  for (const std::string& piece : pieces_->encode(text)) {
    int64_t id = find(piece);
    if (id < 0) {
      id = find(std::string(kUnknownToken));
    }
    if (id < 0) {
      throw DataError(
          "text '" + std::string(text) + "': piece '" + piece +
          "' is not in the vocabulary, which has no <unk> either");
    }
    ids.push_back(id);
  }
  return ids;
}

}  // namespace sotto::datasets
