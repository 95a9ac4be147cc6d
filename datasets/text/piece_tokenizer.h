#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/text/sentencepiece.h"
#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// Word pieces as in auto_avsr, VSR-ML and CNVSRC 2023: a SentencePiece model (Kudo and Richardson
/// 2018, arXiv:1808.06226) cuts the text into pieces, and the vocabulary, not the model, numbers
/// them. The two differ: a piece that the vocabulary lacks is `<unk>`, and what the model does not
/// know comes out as it stands in the text and may well be in the vocabulary.
class PieceTokenizer : public Tokenizer {
 public:
  /// @param model  bytes of the SentencePiece model; empty: decodes only.
  PieceTokenizer(std::vector<std::string> tokens, const std::string& model);

  std::string type() const override { return "sentencepiece"; }
  std::string model() const override { return pieces_ ? pieces_->model() : ""; }

 private:
  /// @throws DataError also without a model.
  std::vector<int64_t> ids_of(std::string_view text) const override;

  std::optional<SentencePiece> pieces_;
};

}  // namespace sotto::datasets
