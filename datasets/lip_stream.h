#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "datasets/faces/face_tracker.h"
#include "datasets/faces/lip_cropper.h"
#include "datasets/media/media_reader.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// One picture's mouth and what is known of the face it was cut from.
struct SeenLips {
  LipCrop crop;
  bool own_face = false;        ///< landmarks were fitted on this picture, not filled in
  bool near_detection = false;  ///< a face was detected at most 5 frames away
  double face_width = 0;        ///< pixels, 0 without a face
};

/// Mouths of a media file's pictures, pulled one by one: a tracker, then a cropper. Pictures wait
/// for their neighbours only, and together take at most 256 MB. Pictures of 96x96 are mouths
/// already, such as those of a prepared store; no face fits into them.
class LipStream {
 public:
  /// @param look_ahead  frames, the longest gap without a face that is filled linearly.
  LipStream(FaceChoice face, int64_t look_ahead);

  /// The next picture's mouth; nothing at the end.
  std::optional<SeenLips> next(MediaReader& media);

 private:
  void push(PicturePtr picture);

  int64_t look_ahead_;
  FaceFinder finder_;
  FaceTracker tracker_;
  std::optional<LipCropper> cropper_;
  std::deque<SeenLips> seen_;  ///< of pictures whose crop is not ready yet
  bool started_ = false;
  bool cropped_ = false;  ///< the pictures are mouths already
  bool ended_ = false;
};

/// Sums up how well the face was seen.
class QualityCounter {
 public:
  void add(const SeenLips& lips);
  /// Pictures with landmarks of their own.
  int64_t faces() const { return static_cast<int64_t>(widths_.size()); }
  /// All but `source_fps`.
  Quality quality() const;

 private:
  int64_t frames_ = 0;
  int64_t near_ = 0;
  int64_t gap_ = 0;
  int64_t longest_gap_ = 0;
  std::vector<double> widths_;
};

}  // namespace sotto::datasets
