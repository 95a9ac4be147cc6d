#pragma once

#include <string>
#include <string_view>

#include "datasets/text/icu_interface.h"

namespace sotto::datasets {

/// The functions of the shared object that holds ICU, opened at the first use and kept until the
/// process ends.
struct IcuLibrary {
  decltype(&sotto_icu_compose) compose;
  decltype(&sotto_icu_kind_of) kind_of;
  decltype(&sotto_icu_lower) lower;
};

/// @throws DataError if the shared object is missing or cannot be loaded.
const IcuLibrary& icu_library();

/// `sotto_icu_compose` as a string.
/// @throws DataError if ICU cannot do it.
std::u32string icu_compose(std::string_view text, bool simplified);

}  // namespace sotto::datasets
