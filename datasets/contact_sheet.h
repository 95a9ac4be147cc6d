#pragma once

#include <string>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// Draws the middle picture of utterances' lips, twenty a row with their ids, so that a person sees
/// at a glance whether the mouths are where they belong. At most `most` utterances, evenly taken
/// from the store's order. Writes `path` (PNG) whole or not at all; nothing without pictures.
void write_contact_sheet(const Store& store, const std::string& path, int64_t most = 600);

}  // namespace sotto::datasets
