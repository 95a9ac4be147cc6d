#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// A row of auto_avsr's label files, which the CNVSRC baselines share: four columns without quotes,
/// `corpus,path,frames,token ids`; or the five of CNVSRC 2025, `video,sound,frames,samples,text`.
struct TokenRow {
  std::string corpus;  ///< empty in the five-column form
  std::string path;
  std::string sound;   ///< empty in the four-column form
  std::string tokens;  ///< ids with blanks between
  std::string text;    ///< of the five-column form
};

/// @throws DataError beginning with `where` if the line is neither.
TokenRow parse_token_row(std::string_view line, const std::string& where);

/// The vocabulary of a units file, for its ids alone.
std::shared_ptr<const Tokenizer> read_token_units(const std::string& path);

/// The text of ids with blanks between. @throws DataError beginning with `where` for what is no id
/// of the vocabulary, and for `<unk>`, behind which there is no text.
std::string text_of_tokens(
    const std::string& ids, const Tokenizer& tokenizer, const std::string& where);

}  // namespace sotto::datasets
