#pragma once

#include <string_view>

namespace sotto::datasets {

/// Checks the table by which a SentencePiece model normalises text ("precompiled character map"),
/// whose links the library follows without a look at where they lead. It is: the size of a trie in
/// bytes (32 bits, little endian); the trie as a double array of 32-bit units (Yata's darts-clone);
/// the replacements, each with a null at its end, to which the trie's leaves point.
///
/// @return true if no text can lead a search outside the trie, to a replacement outside the table
///         or past more than 32 leaves, the room that the library has.
bool is_sound_character_map(std::string_view bytes);

}  // namespace sotto::datasets
