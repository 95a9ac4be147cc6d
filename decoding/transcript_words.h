#pragma once

#include <string>
#include <vector>

#include "decoding/token_span.h"
#include "decoding/transcript.h"

namespace sotto::decoding {

/// Words with times and confidences from aligned tokens.
///
/// A word lasts from the first frame of its first token to the frame after the last of its last
/// token; its confidence is the mean posterior over the frames of its tokens. Tokens that only
/// part words (a blank) belong to none. A Han or kana character is a word by itself; where a token
/// has several characters they share its frames evenly.
/// @param pieces what each token adds to the text, such as "a", " " or " he": a blank parts words.
/// @param spans  the frames of the same tokens.
std::vector<Word> word_times(
    const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans);

/// The times of the tokens themselves, and their words of `word_times`.
std::vector<TokenTime> token_times(
    const std::vector<std::string>& pieces, const std::vector<TokenSpan>& spans);

}  // namespace sotto::decoding
