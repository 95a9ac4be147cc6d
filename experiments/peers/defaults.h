#pragma once

#include <cstdint>
#include <string>

#include "experiments/model_file.h"
#include "experiments/peers/import.h"
#include "experiments/peers/peer_config.h"

namespace sotto::experiments {

/// Gives the card its tokens and tokenizer.
///
/// @param V       classes of the network; 0: it has none
/// @param units   a units file that must fit; empty: the configuration's list, then `nearby`
/// @param nearby  a units file that is taken where it fits; may be empty
/// @throws DataError if `units` or the configuration's list does not have V tokens.
void set_vocabulary(
    ModelCard& card,
    int64_t V,
    const PeerConfig& config,
    const std::string& units,
    const std::string& nearby,
    const std::string& sentencepiece,
    ImportReport& report);

/// The published decoding settings of the card's family.
void set_decoding_defaults(ModelCard& card, const PeerConfig& config);

}  // namespace sotto::experiments
