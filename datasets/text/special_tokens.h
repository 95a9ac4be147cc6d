#pragma once

#include <string_view>

namespace sotto::datasets {

/// The units of the ESPnet family that stand for no text of their own.
inline constexpr std::string_view kBlankToken = "<blank>";  ///< CTC's, id 0 of every vocabulary
inline constexpr std::string_view kUnknownToken = "<unk>";  ///< what no other unit can write
inline constexpr std::string_view kSpaceToken = "<space>";  ///< a blank, in character vocabularies
inline constexpr std::string_view kEndToken = "<eos>";      ///< last id of every vocabulary
inline constexpr std::string_view kWordMark = "\xE2\x96\x81";  ///< U+2581, a blank in word pieces

}  // namespace sotto::datasets
