#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/synth/sentence_source.h"
#include "datasets/utterance.h"

/// What the layouts' files have in common.
namespace sotto::datasets::synth {

/// A text without its tags in braces, such as {NS}: they are written and not said.
std::string without_tags(const std::string& text);
/// The words of a text, one space apart.
std::string plain_words(const std::string& text);
/// The same in capitals, as LRS2 and LRS3 have them; tags in braces stay.
std::string capital_words(const std::string& text);
/// `count` sentences, one behind the other.
std::string several(SentenceSource& sentences, int64_t count);

/// "WORD START END ASDSCORE" and a row a word. @param capitals  words as LRS2 and LRS3 have them.
std::string word_table(const std::vector<WordTime>& words, bool capitals);

/// `length` characters of `alphabet` that stand for `name` under `seed`.
std::string made_up_id(
    uint64_t seed, const std::string& name, const std::string& alphabet, int64_t length);
/// As a video has it on YouTube: 11 characters.
std::string video_id(uint64_t seed, const std::string& name);
/// As a programme has it in LRS2: 19 digits.
std::string programme_id(uint64_t seed, const std::string& name);

}  // namespace sotto::datasets::synth
