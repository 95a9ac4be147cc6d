#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "datasets/faces/geometry.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {

/// A face's rectangle in pixels.
struct FaceBox {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  double centre_x() const { return (left + right) / 2; }
  double centre_y() const { return (top + bottom) / 2; }
};

/// A view of a part of a grey picture.
struct GreyView {
  const uint8_t* pixels = nullptr;
  int64_t height = 0;
  int64_t width = 0;
  int64_t stride = 0;  ///< bytes from row to row
};

/// A detector of faces of at least 80 pixels that look at the camera (dlib's HOG; Dalal and Triggs
/// 2005). For one thread.
class FaceDetector {
 public:
  virtual ~FaceDetector() = default;
  /// Best first.
  virtual std::vector<FaceBox> detect(const GreyView& picture) = 0;
};

/// dlib's face models, read-only: 95 MB of landmark model (Kazemi and Sullivan 2014, "One
/// Millisecond Face Alignment", trained on iBUG 300-W, whose terms exclude commercial use).
class FaceModels {
 public:
  virtual ~FaceModels() = default;
  virtual std::unique_ptr<FaceDetector> make_detector() const = 0;
  /// The 68 points of the face in `box`. Safe from several threads.
  virtual Landmarks landmarks(const GreyView& picture, const FaceBox& box) const = 0;
};

/// The models, loaded (0.6 s) by the first caller and shared from then on.
/// @throws DataError naming the package if the landmark file or our own library is missing.
std::shared_ptr<const FaceModels> shared_face_models();

}  // namespace sotto::datasets
