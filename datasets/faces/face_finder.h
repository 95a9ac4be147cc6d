#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "datasets/faces/face_models.h"

namespace sotto::datasets {

/// Finds faces in a grey picture of any size. Pictures are scaled so that the detector, which
/// sees faces from 80 pixels on, finds small faces too and big ones cheaply. For one thread.
class FaceFinder {
 public:
  explicit FaceFinder(std::shared_ptr<const FaceModels> models)
      : models_(std::move(models)), detector_(models_->make_detector()) {}

  /// Searches the whole picture, coarse first: the faces of the first pass that finds any, so that
  /// beside a large face very small ones do not count.
  ///
  /// @param smallest  pixels, width of the smallest face that matters: the fine, slow passes are
  ///                  left out where coarse ones see such a face.
  std::vector<FaceBox> search(const Picture& grey, double smallest = 0);
  /// Searches around where the face was a moment ago: much cheaper.
  std::optional<FaceBox> search_near(const Picture& grey, const FaceBox& last);

  Landmarks landmarks(const Picture& grey, const FaceBox& box) const;

 private:
  std::vector<FaceBox> detect_scaled(const GreyView& view, double scale);

  std::shared_ptr<const FaceModels> models_;
  std::unique_ptr<FaceDetector> detector_;
};

}  // namespace sotto::datasets
