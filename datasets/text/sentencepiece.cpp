#include "datasets/text/sentencepiece.h"

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/sentencepiece_check.h"
#include "datasets/text/sentencepiece_library.h"

namespace sotto::datasets {
namespace {

void keep_piece(void* pieces, sotto_sentencepiece_text piece) noexcept {
  static_cast<std::vector<std::string>*>(pieces)->emplace_back(piece.bytes, piece.count);
}

}  // namespace

SentencePiece::SentencePiece(std::string model) : model_(std::move(model)) {
  if (!is_sound_sentencepiece_model(model_)) {
    throw DataError("SentencePiece model: expected the bytes of a .model file, got others");
  }
  const SentencePieceLibrary& library = sentencepiece_library();
  sotto_sentencepiece_fault fault = {};
  void* processor = library.make({model_.data(), model_.size()}, &fault);
  if (processor == nullptr) {
    throw DataError("SentencePiece model: cannot be used: " + reason_of(fault));
  }
  processor_ = std::shared_ptr<void>(processor, library.free);
}

std::vector<std::string> SentencePiece::encode(std::string_view text) const {
  std::vector<std::string> pieces;
  sotto_sentencepiece_fault fault = {};
  const int result = sentencepiece_library().encode(
      processor_.get(), {text.data(), text.size()}, keep_piece, &pieces, &fault);
  if (result != 0) {
    throw DataError(
        "text '" + std::string(text) + "': SentencePiece cannot cut it: " + reason_of(fault));
  }
  return pieces;
}

std::string read_sentencepiece_model(const std::string& path) {
  return read_file(path, size_t{64} << 20);
}

}  // namespace sotto::datasets
