#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// The vocabulary of a units file of the ESPnet family: a line `UNIT ID` each, ids 1, 2, 3 and so
/// on. What stands before the last blank is the unit, control characters included (U+0013 is one
/// in a published file). A file that begins with `<blank> 0`, as WeNet's do, lists the whole
/// vocabulary up to `<sos/eos>`, which is called `<eos>` here. UTF-8; a byte order mark and CRLF are seen through.
///
/// @param text  the file's bytes.
/// @param name  stands before the line number in messages.
/// @return `<blank>`, the units in the file's order, `<eos>`: the position is the id.
/// @throws DataError with file:line at the first line that is not so, repeats a unit or is one of
///         the two that are added; for a file without units or with more than 1,000,000 lines.
std::vector<std::string> parse_units(std::string_view text, const std::string& name);

/// `parse_units` of a file of at most 16 MiB.
std::vector<std::string> read_units(const std::string& path);

/// Writes the units of a vocabulary, such that `read_units` gives it again, whole or not at all.
/// @throws DataError if the list lacks `<blank>` first or `<eos>` last, or a unit cannot stand in a
///         line.
void write_units(const std::string& path, const std::vector<std::string>& tokens);

}  // namespace sotto::datasets
