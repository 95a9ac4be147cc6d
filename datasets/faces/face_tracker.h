#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "datasets/faces/face_finder.h"

namespace sotto::datasets {

/// A frame on its way through the tracker.
struct TrackedFrame {
  PicturePtr picture;
  Landmarks landmarks;          ///< empty where no face is known
  bool near_detection = false;  ///< a face was detected at most 5 frames away
  double face_width = 0;        ///< pixels, 0 without a face
};

/// Follows one face through grey pictures: it is detected on every 5th frame (around where it was,
/// else in the whole picture; on the frames in between too after a miss), its box is interpolated
/// in between, and landmarks are fitted on every frame that is at most 5 frames from a detection.
///
/// Frames are pushed and popped in order; at most 11 wait.
class FaceTracker {
 public:
  FaceTracker(FaceFinder& finder, FaceChoice choice) : finder_(finder), choice_(choice) {}

  void push(PicturePtr picture);
  void finish();
  std::optional<TrackedFrame> pop();

  /// Frames on which a face was detected, so far.
  int64_t detections() const { return detections_; }

 private:
  bool due() const;
  std::optional<FaceBox> detect(const Picture& picture);
  void settle(int64_t newest, const std::optional<FaceBox>& found);
  void release(const std::optional<FaceBox>& box, bool near);

  FaceFinder& finder_;
  FaceChoice choice_;
  std::deque<PicturePtr> waiting_;  ///< frames first_waiting_ and later
  std::deque<TrackedFrame> ready_;
  int64_t first_waiting_ = 0;
  int64_t pushed_ = 0;
  int64_t last_tried_ = -1;
  int64_t misses_ = 0;
  int64_t detections_ = 0;
  std::optional<FaceBox> last_box_;
  int64_t last_found_ = -1;
};

}  // namespace sotto::datasets
