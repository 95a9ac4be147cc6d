#pragma once

#include <string>

#include "datasets/text/sentencepiece_interface.h"

namespace sotto::datasets {

/// The functions of the shared object that holds SentencePiece, opened at the first use and kept
/// until the process ends.
struct SentencePieceLibrary {
  decltype(&sotto_sentencepiece_new) make;
  decltype(&sotto_sentencepiece_free) free;
  decltype(&sotto_sentencepiece_encode) encode;
  decltype(&sotto_sentencepiece_train) train;
};

/// @throws DataError if the shared object is missing or cannot be loaded.
const SentencePieceLibrary& sentencepiece_library();

/// What the library says in a fault, without the place and condition in its sources.
std::string reason_of(const sotto_sentencepiece_fault& fault);

}  // namespace sotto::datasets
