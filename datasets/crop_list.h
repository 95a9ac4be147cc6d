#pragma once

#include <string>
#include <vector>

#include "datasets/faces/lip_cropper.h"

namespace sotto::datasets {

/// A crop and its name in the store.
struct NamedCrop {
  std::string name = "lips";
  CropSize size;
};

/// Reads a list of crops such as {"lips", "lower:128", "face:224:112"}: a name, the side of the
/// square in pixels of the 256x256 face, and the side of the picture made of it (the same, unless
/// it is given). "lips", the 96x96 mouth, is always there and comes first.
///
/// @param colour  RGB rather than grey, all of them.
/// @throws ConfigError for a name twice, or sides out of range.
std::vector<NamedCrop> crop_list(const std::vector<std::string>& texts, bool colour);

}  // namespace sotto::datasets
