#pragma once

#include <cstdint>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// A PNG picture of the middle mouth of each of these utterances, with the end of its id below:
/// what is wrong with a corpus is often seen at a glance. Empty for no utterances.
/// @param columns  pictures a row.
std::vector<uint8_t> contact_sheet(
    const Store& store, const std::vector<const ManifestEntry*>& entries, int columns = 10);

}  // namespace sotto::datasets
