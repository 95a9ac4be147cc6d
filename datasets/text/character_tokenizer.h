#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// One id a Unicode character, a blank is `<space>`. A character that
/// is not in the vocabulary is `<unk>` where the vocabulary has it, an error otherwise.
/// Vocabularies of this kind: sotto's English ones, VSR-ML 2022 and CNVSRC 2024/25.
class CharacterTokenizer : public Tokenizer {
 public:
  /// @throws DataError if a unit other than `<unk>` and `<space>` is not one character.
  explicit CharacterTokenizer(std::vector<std::string> tokens);

  std::string type() const override { return "characters"; }

 private:
  std::vector<int64_t> ids_of(std::string_view text) const override;
};

}  // namespace sotto::datasets
