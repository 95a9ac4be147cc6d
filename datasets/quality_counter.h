#pragma once

#include <cstdint>
#include <vector>

#include "datasets/lip_stream.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// Sums up how well a face was seen, picture by picture.
class QualityCounter {
 public:
  /// @param lips  null where the person is not to be seen.
  void add(const SeenLips* lips, bool colour);
  /// Pictures with landmarks of their own.
  int64_t faces() const { return faces_; }
  /// All but `source_fps` and `people`.
  Quality quality() const;

 private:
  int64_t frames_ = 0;
  int64_t faces_ = 0;
  int64_t off_centre_ = 0;
  int64_t gap_ = 0;
  int64_t longest_gap_ = 0;
  std::vector<double> widths_;
  std::vector<double> places_;
  std::vector<double> yaws_;
  std::vector<double> sharpness_;
};

}  // namespace sotto::datasets
