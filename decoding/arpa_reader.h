#pragma once

#include <string>
#include <string_view>

#include "decoding/ngram_model.h"

namespace sotto::decoding {

/// True if the file is an ARPA language model: plain or compressed by gzip, with a line `\data\`
/// near its beginning. @throws DataError if it cannot be read.
bool is_arpa(const std::string& path);

/// Reads an ARPA file as KenLM, SRILM, IRSTLM and others write them, plain or compressed by gzip:
/// whatever precedes `\data\`, counts `ngram N=COUNT`, for each N a section `\N-grams:` with lines
/// `LOG10 WORD... [LOG10]`, `\end\`. Back-off weights may be left out.
/// @throws DataError with file:line at the first line that is not so: other counts than promised, a
///         probability above 1, a word of a longer n-gram that is no 1-gram, an n-gram whose
///         beginning or that itself stands elsewhere (KenLM asks for the same), no `<s>` or `</s>`.
NgramModel read_arpa(const std::string& path);

/// The same of a text in memory. @param name  stands before the line number in messages.
NgramModel parse_arpa(std::string_view text, const std::string& name);

}  // namespace sotto::decoding
