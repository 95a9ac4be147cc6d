#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "datasets/faces/landmark_filter.h"
#include "datasets/media/picture.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// How a landmark scheme places a face on the canvas and where its mouth is.
struct FaceGeometry {
  std::vector<size_t> stable;    ///< points that speech moves least
  std::vector<Point> reference;  ///< where they lie on the canvas
  size_t mouth_begin = 0;        ///< the mouth's points, end exclusive
  size_t mouth_end = 0;
};

/// 68 points: nose, eye corners and mouth corners fix the face; the mouth is points 48 to 67.
FaceGeometry geometry_of_68();
/// 4 points (eye on the image's left, other eye, nose, mouth): all fix the face.
FaceGeometry geometry_of_4();

/// A square cut out around the mouth's centre on the canvas.
struct CropSize {
  int64_t side = kLipsSide;    ///< of the square on the canvas, pixels
  int64_t pixels = kLipsSide;  ///< side of the picture made of it
  bool colour = false;         ///< RGB rather than grey

  int64_t bytes() const { return pixels * pixels * (colour ? 3 : 1); }
};

/// One frame's mouth.
struct LipCrop {
  std::vector<uint8_t> pixels;  ///< of all crops, one after the other; black where no face is known
  bool face = false;            ///< landmarks were known, found or filled in
  bool off_centre = false;      ///< the mouth lies more than 53 px from the canvas' centre
};

/// Cuts the mouth out of every frame of a face: landmarks filled and smoothed over time, a robust
/// similarity to the mean face on a 256x256 canvas, and by default 96x96 pixels around the mouth's centre
/// (auto_avsr's algorithm; a window that would leave the canvas is pushed back inside instead of
/// losing the clip, and a clip shorter than 12 frames is smoothed over what there is).
///
/// Frames are pushed and popped in order; it holds those that wait for their neighbours only.
class LipCropper {
 public:
  /// @param look_ahead  frames, the longest gap that is filled linearly.
  LipCropper(FaceGeometry geometry, int64_t look_ahead, std::vector<CropSize> crops = {CropSize()});

  /// @param picture    grey or RGB.
  /// @param landmarks  in the picture's pixels; empty if no face was found.
  void push(PicturePtr picture, const Landmarks& landmarks);
  void finish();
  std::optional<LipCrop> pop();

 private:
  void cut_ready();
  LipCrop cut(const Picture& picture, const Landmarks& landmarks) const;

  FaceGeometry geometry_;
  std::vector<CropSize> crops_;
  GapFiller filler_;
  LandmarkSmoother smoother_;
  std::deque<PicturePtr> waiting_;
  std::deque<LipCrop> ready_;
};

}  // namespace sotto::datasets
