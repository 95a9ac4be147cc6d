#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "datasets/faces/face_tracker.h"
#include "datasets/faces/lip_cropper.h"
#include "datasets/media/media_reader.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// One person's mouth on one picture and what is known of the face it was cut from.
struct SeenLips {
  int64_t person = 0;
  LipCrop crop;
  bool own_face = false;  ///< landmarks were fitted on this picture, not filled in
  double face_width = 0;  ///< pixels, 0 without a face
  double face_x = 0;      ///< of its centre, pixels
  double mouth_open = 0;  ///< gap between the lips, in widths of the mouth
  double yaw_deg = 0;     ///< how far the head is turned away, from nose and cheeks: a rough guess
};

/// The mouths of one picture.
struct SeenFrame {
  bool new_shot = false;  ///< the film is cut before it
  std::vector<SeenLips> people;
};

/// Mouths of a media file's pictures, pulled one by one: a tracker, and a cropper for each person.
/// Pictures wait for their neighbours only, and together take at most 256 MB. Pictures of 96x96
/// are mouths already, such as those of a prepared store; no face fits into them.
class LipStream {
 public:
  /// @param look_ahead  frames, the longest gap without a face that is filled linearly.
  /// @param crops       what is cut; the first is the 96x96 mouth.
  LipStream(std::vector<CropSize> crops, int64_t look_ahead);
  /// Takes landmarks as they are instead of finding faces.
  ///
  /// @param given  of every frame of the source, empty where there are none.
  /// @param fps    of the source.
  /// @param begin  the first picture that is pulled, as a frame at 25 a second.
  void use_landmarks(std::vector<Landmarks> given, double fps, int64_t begin);
  ~LipStream();

  /// The next picture's mouths; nothing at the end.
  std::optional<SeenFrame> next(MediaReader& media);

 private:
  struct Follower;

  void push(PicturePtr picture);
  TrackedFrame given_frame() const;
  void follow(const PicturePtr& picture, const TrackedFrame& frame, int64_t index);
  void close_all();
  bool ready() const;
  SeenFrame pop();
  SeenFrame taken_as_lips(const Picture& picture) const;

  std::vector<CropSize> crops_;
  int64_t look_ahead_;
  std::unique_ptr<FaceFinder> finder_;  ///< null where landmarks are given
  std::unique_ptr<FaceTracker> tracker_;
  std::vector<Landmarks> given_landmarks_;
  double given_fps_ = 0;
  int64_t given_begin_ = 0;
  std::deque<Follower> followers_;  ///< of people on pictures that were not given out
  std::deque<PicturePtr> nobody_;   ///< the newest pictures, on which nobody is followed
  std::deque<bool> new_shots_;      ///< of pictures from `given_` on
  int64_t pushed_ = 0;
  int64_t given_ = 0;
  bool started_ = false;
  bool cropped_ = false;  ///< the pictures are mouths already
  bool ended_ = false;
};

}  // namespace sotto::datasets
