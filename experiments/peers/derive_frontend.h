#pragma once

#include "experiments/peers/derive.h"
#include "frontends/features.h"

namespace sotto::experiments {

/// Lip front end of a peer's checkpoint (`frontend.*` here): stem, widths, depth and activation.
Component derive_lips_frontend(
    const Shapes& shapes, const Family& family, const PeerConfig& config);

/// Waveform front end (`aux_frontend.*` here).
Component derive_sound_frontend(const Shapes& shapes, const PeerConfig& config);

}  // namespace sotto::experiments
