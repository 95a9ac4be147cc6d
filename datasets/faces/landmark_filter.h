#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

/// Fills frames without landmarks: linearly between two found sets, with the first found set before
/// it and the last one after it. A gap longer than the look-ahead holds the set before it; one at
/// the very start gives empty sets. Pushed (empty: not found) and popped frame by frame, in order.
class GapFiller {
 public:
  /// @param look_ahead  frames, the most that wait for the next found set.
  explicit GapFiller(int64_t look_ahead) : look_ahead_(look_ahead) {}

  void push(const Landmarks& found);
  void finish() { release(last_); }
  std::optional<Landmarks> pop();

 private:
  void release(const Landmarks& next);

  int64_t look_ahead_;
  int64_t waiting_ = 0;
  bool lost_ = false;  ///< the gap has outgrown the look-ahead
  Landmarks last_;
  std::deque<Landmarks> ready_;
};

/// Smooths the shape of landmarks over time: the mean of frames i-h to i+h, h = min(6, i, N-1-i),
/// moved so that its centre is that of frame i. Scale, turn and shape are smoothed, position is
/// not. Empty sets (before the first face) pass and count as no frame.
class LandmarkSmoother {
 public:
  void push(Landmarks landmarks);
  void finish();
  std::optional<Landmarks> pop();

 private:
  void smooth(int64_t half_width);

  std::deque<Landmarks> window_;  ///< frames first_ to first_ + size - 1
  int64_t first_ = 0;
  int64_t next_ = 0;  ///< the frame to smooth next
  std::deque<Landmarks> ready_;
};

}  // namespace sotto::datasets
