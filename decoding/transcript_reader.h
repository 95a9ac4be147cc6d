#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// An id as it stands in a CTM file, whose fields are parted by blanks: those become `_`.
std::string ctm_name(std::string id);

/// The fields of a CTM line; empty for a comment (`;;`) and for nothing but blanks.
std::vector<std::string_view> ctm_fields(std::string_view line);

/// True if these could be a CTM line: `FILE CHANNEL START DURATION WORD ...` with two numbers.
bool is_ctm_line(const std::vector<std::string_view>& fields);

/// The clips of a NIST CTM file, `FILE CHANNEL START DURATION WORD [CONFIDENCE ...]` a line, in the
/// order in which files and channels first occur, words in the order of their lines. `;;` begins a
/// comment; a word without confidence (or with NA) has the confidence NaN.
/// @param name  stands before the line number in messages.
/// @throws DataError with name:line for a line that is not so: too few fields, a time or a
///         confidence that is no number in its range, alternatives (<ALT_BEGIN>), text that is not
///         UTF-8.
std::vector<Transcript> parse_ctm(std::string_view text, const std::string& name);

/// The clips of the JSON that docs/transcript.md describes. Needed are `version` 1, `clips`, and of
/// a clip `id` and `words` with `word`, `start`, `end`; a missing confidence is NaN. Tokens and
/// scores of n-best readings are not read.
/// @throws DataError that begins with `name` and says which clip and key.
std::vector<Transcript> parse_transcript_json(std::string_view text, const std::string& name);

/// True if the text looks like a JSON object and not like lines of fields: it begins with a brace
/// and a key.
bool looks_like_json(std::string_view text);

/// CTM or JSON, told apart by their content. @throws DataError, as above.
std::vector<Transcript> parse_transcripts(std::string_view text, const std::string& name);

}  // namespace sotto::decoding
