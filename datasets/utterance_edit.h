#pragma once

#include <cstdint>
#include <utility>

#include "common/random.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// The frames [first, first + frames) of an utterance; words move with them and those outside go.
Utterance cut(const Utterance& utterance, int64_t first, int64_t frames);

/// `first` followed by `second`: pictures, sound and words.
void append(Utterance& first, const Utterance& second);

/// Lips and sound played `factor` times as fast (nearest frames, linear sound), words with them.
Utterance change_speed(const Utterance& utterance, double factor);

/// Frames are lost or stand twice, each with probability `chance` / 2, with their sound, as in
/// LipNet (Assael et al. 2016, arXiv:1611.01599, which has no sound); words move with them. One
/// frame stays in any case.
Utterance jitter_frames(const Utterance& utterance, double chance, Random& random);

/// First and last frame (exclusive) with speech by the word times; the whole clip without them.
std::pair<int64_t, int64_t> speech_span(const Utterance& utterance);
std::pair<int64_t, int64_t> speech_span(const std::vector<WordTime>& words, int64_t frames);

}  // namespace sotto::datasets
