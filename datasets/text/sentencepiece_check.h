#pragma once

#include <string_view>

namespace sotto::datasets {

/// Looks through the bytes of a `.model` file (Protocol Buffers, message ModelProto) for what the
/// SentencePiece library takes on trust, the tables of its normalisers (character_map.h).
///
/// @return true if the bytes are such a message and its tables are sound.
bool is_sound_sentencepiece_model(std::string_view model);

}  // namespace sotto::datasets
