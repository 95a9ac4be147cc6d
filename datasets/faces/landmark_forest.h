#pragma once

#include <cstdint>
#include <istream>
#include <vector>

namespace sotto_faces {

/// A grey picture of the caller.
struct GreyView {
  const uint8_t* pixels;
  long rows;
  long columns;
  long stride;
};

/// A rectangle in pixels, corners inside it.
struct Box {
  double left;
  double top;
  double right;
  double bottom;
};

/// dlib's landmark model (Kazemi and Sullivan 2014): a cascade of regression forests, each of which
/// compares grey values at points that move with the face, and adds a shape a tree. Shapes are kept
/// as whole numbers of 16 bits, in steps of a 32767th of a stage's largest: a fit reads 2 MB of
/// them, here and there, and waits for memory most of its time. Those of a stage lie in one piece
/// and are looked up before they are added, so that more than one is on its way. The points are
/// dlib's before it rounds them to pixels, but for what the steps do, which is like a shift of the
/// picture by some thousandths of a pixel: another grey value here and there, another leaf. dlib's
/// own rounding moves them by more.
class LandmarkForest {
 public:
  /// Reads a shape_predictor as dlib writes it. Throws dlib::serialization_error or
  /// std::exception.
  explicit LandmarkForest(std::istream& in);

  int points() const { return static_cast<int>(mean_.size() / 2); }
  /// Writes x, y of every point, in pixels.
  void fit(const GreyView& picture, const Box& box, double* points) const;

 private:
  struct Split {
    uint16_t a;  ///< grey values compared, by number
    uint16_t b;
    float threshold;
  };
  struct Stage {
    std::vector<int32_t> anchors;  ///< the point that a compared place moves with
    std::vector<float> offsets;    ///< x, y from it, in the mean face
    std::vector<Split> splits;     ///< of all trees, one after the other
    std::vector<int16_t> shapes;   ///< of all leaves of all trees, in steps
    float step = 0;
  };

  void read_forest(std::istream& in, Stage& stage);
  void look(
      const GreyView& picture,
      const Box& box,
      const Stage& stage,
      const float* shape,
      float* greys) const;

  std::vector<float> mean_;  ///< x, y of every point in a box from 0 to 1
  size_t leaves_ = 0;        ///< a tree
  std::vector<Stage> stages_;
};

}  // namespace sotto_faces
