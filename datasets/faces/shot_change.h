#pragma once

#include <cstdint>
#include <vector>

#include "datasets/media/picture.h"

namespace sotto::datasets {

/// Tells where a film is cut: where a coarse view of a picture (24x24 points) differs from that of
/// the picture before by more than motion does.
class ShotChange {
 public:
  /// Whether a new shot begins with `grey`; false for the first picture.
  bool next(const Picture& grey);

 private:
  std::vector<uint8_t> last_;
  double usual_ = 0;  ///< mean difference of pictures, of late
};

}  // namespace sotto::datasets
