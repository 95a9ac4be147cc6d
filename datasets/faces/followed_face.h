#pragma once

#include <cstdint>

#include "datasets/faces/face_finder.h"
#include "datasets/faces/face_signature.h"

namespace sotto::datasets {

/// A face that was detected once and is carried on by its landmarks: the box in which the next
/// ones are fitted lies about them as the detector's boxes did.
class FollowedFace {
 public:
  FollowedFace() = default;
  /// A face that the detector found on picture `now`.
  FollowedFace(const FaceFinder& finder, const Picture& grey, const FaceBox& found, int64_t now);

  /// Fits the landmarks on the next picture.
  void carry_on(const FaceFinder& finder, const Picture& grey);
  /// The detector sees it there on picture `now`.
  void confirm(const FaceFinder& finder, const Picture& grey, const FaceBox& found, int64_t now);

  const Landmarks& landmarks() const { return landmarks_; }
  /// Where the detector would see it.
  FaceBox box() const;
  /// How much it looks as it did when it was last confirmed, -1 to 1.
  double likeness_to_itself() const { return likeness(signature_, confirmed_signature_); }
  const FaceSignature& signature() const { return confirmed_signature_; }
  int64_t confirmed() const { return confirmed_; }  ///< picture on which it was
  double width() const { return box().width(); }

 private:
  void learn(const FaceBox& found, double share);

  Landmarks landmarks_;
  FaceSignature signature_;
  FaceSignature confirmed_signature_;
  // The detector's box: its centre from the landmarks' and its width, in sizes of the landmarks.
  double right_ = 0;
  double down_ = 0;
  double wide_ = 1;
  int64_t confirmed_ = 0;
};

}  // namespace sotto::datasets
