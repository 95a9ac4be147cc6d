#pragma once

#include <string>
#include <vector>

#include "datasets/media/media_reader.h"

namespace sotto::datasets {

/// All pictures of a clip, in grey.
inline std::vector<Picture> grey_pictures(const std::string& path) {
  MediaReader media(path);
  std::vector<Picture> pictures;
  while (const PicturePtr picture = media.next_frame()) {
    pictures.push_back(to_grey(*picture));
  }
  return pictures;
}

}  // namespace sotto::datasets
