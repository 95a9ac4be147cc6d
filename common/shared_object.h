#pragma once

#include <string>

namespace sotto {

/// The path of a shared object that is built and installed with sotto, such as
/// "libsotto_faces.so": beside the program or library that holds this code, in lib/sotto below it,
/// or in lib/sotto beside its folder or the folder above.
/// @throws DataError that names it where it is in none of them.
std::string find_shared_object(const std::string& file);

}  // namespace sotto
