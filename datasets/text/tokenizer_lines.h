#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// Turns each line of text into a line of ids with blanks between.
/// @param name  stands before the line number in messages.
/// @throws DataError with name:line if a line is not UTF-8 or cannot be encoded.
void encode_lines(
    const Tokenizer& tokenizer, std::istream& in, const std::string& name, std::ostream& out);

/// Turns each line of ids into a line of text. @throws DataError with name:line.
void decode_lines(
    const Tokenizer& tokenizer, std::istream& in, const std::string& name, std::ostream& out);

}  // namespace sotto::datasets
