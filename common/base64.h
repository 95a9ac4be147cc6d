#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto {

/// Bytes as text (RFC 4648, sec. 4), padded, in one line.
std::string to_base64(const std::vector<uint8_t>& bytes);

/// @throws DataError for what `to_base64` does not write.
std::vector<uint8_t> from_base64(const std::string& text);

}  // namespace sotto
