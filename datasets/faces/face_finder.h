#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/faces/face_models.h"

namespace sotto::datasets {

/// Which face to follow when a picture shows several.
enum class FaceChoice { kLargest, kLeft, kRight };

/// "largest", "left" or "right". @throws ConfigError.
FaceChoice face_choice(const std::string& name);

/// Finds one face in a grey picture of any size. Pictures are scaled so that the detector, which
/// sees faces from 80 pixels on, finds small faces too and big ones cheaply. For one thread.
class FaceFinder {
 public:
  explicit FaceFinder(std::shared_ptr<const FaceModels> models)
      : models_(std::move(models)), detector_(models_->make_detector()) {}

  /// Searches the whole picture, coarse first, for the chosen face.
  ///
  /// @param smallest  pixels, width of the smallest face that matters: the fine, slow passes are
  ///                  left out where coarse ones see such a face.
  std::optional<FaceBox> search(const Picture& grey, FaceChoice choice, double smallest = 0);
  /// Searches around where the face was a moment ago: much cheaper.
  std::optional<FaceBox> search_near(const Picture& grey, const FaceBox& last);

  Landmarks landmarks(const Picture& grey, const FaceBox& box) const;

 private:
  std::vector<FaceBox> detect_scaled(const GreyView& view, double scale);

  std::shared_ptr<const FaceModels> models_;
  std::unique_ptr<FaceDetector> detector_;
};

}  // namespace sotto::datasets
