#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/media/picture.h"
#include "datasets/media/picture_converter.h"
#include "datasets/media/stream_decoder.h"

namespace sotto::datasets {

/// Pictures at exactly 25 a second from a stream of any rate, by presentation time. Picture k is
/// the latest frame whose time, rounded to the nearest 1/25 s, is not after k/25; time 0 is the
/// first frame, and there are as many pictures as the end of the last frame, rounded, asks for (at
/// least one). Variable rates, dropped and doubled frames need nothing more.
///
/// It holds one decoded frame and one converted picture, whatever the length.
class VideoReader {
 public:
  VideoReader(std::unique_ptr<StreamDecoder> decoder, bool grey, int64_t max_side);

  /// Whether any frame could be decoded.
  bool has_frames() const { return upcoming_.frame != nullptr || current_.frame != nullptr; }
  /// Time of the first frame on the file's clock, in seconds.
  double start_s() const { return start_s_; }

  /// The next picture; null at the end.
  PicturePtr next();
  /// Passes over the next picture, which costs decoding only; false at the end.
  bool skip();

  /// What was found wrong so far; complete after the end.
  std::vector<std::string> warnings() const;

 private:
  struct TimedFrame {
    ffmpeg::FramePtr frame;
    double end_s = 0;  ///< time at which it is no longer shown
    int64_t tick = 0;  ///< first picture that may show it
  };

  TimedFrame decode();
  double steady_time(double stamp);
  bool advance();

  std::unique_ptr<StreamDecoder> decoder_;
  PictureConverter converter_;
  TimedFrame current_;
  TimedFrame upcoming_;
  PicturePtr picture_;  ///< current_ converted, once it was asked for
  double nominal_duration_s_;
  double start_s_ = 0;
  double last_s_ = 0;    ///< time of the newest decoded frame, from the start
  double splice_s_ = 0;  ///< added to time stamps after a jump
  bool started_ = false;
  bool spliced_ = false;
  double file_end_s_ = 0;
  int64_t next_tick_ = 0;
};

}  // namespace sotto::datasets
