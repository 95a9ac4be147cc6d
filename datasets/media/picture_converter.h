#pragma once

#include <cstdint>
#include <vector>

#include "datasets/media/ffmpeg.h"
#include "datasets/media/orientation.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {

/// Turns decoded frames of any pixel format into pictures of one size: grey or RGB in full range,
/// upright, square pixels, no side longer than asked.
class PictureConverter {
 public:
  /// @param max_side  pixels; larger pictures are scaled down. 0 keeps every size.
  PictureConverter(bool grey, int64_t max_side, const Orientation& orientation)
      : grey_(grey), max_side_(max_side), orientation_(orientation) {}

  /// @throws DataError if the frame's format cannot be converted.
  Picture convert(const AVFrame& frame, AVRational sample_aspect);

 private:
  void choose_size(const AVFrame& frame, AVRational sample_aspect);
  void scale(const AVFrame& frame, int64_t width, int64_t height);
  bool is_luma_alone(const AVFrame& frame) const;
  const std::vector<uint8_t>& greys_of_luma(const AVFrame& frame);

  bool grey_;
  int64_t max_side_;
  Orientation orientation_;
  int64_t width_ = 0;  ///< of the picture before it is turned; fixed by the first frame
  int64_t height_ = 0;
  ffmpeg::ScalerPtr scaler_;
  std::vector<uint8_t> rows_;
  int64_t stride_ = 0;                  ///< of `rows_`
  std::vector<uint8_t> greys_of_luma_;  ///< by value; empty until it is needed
  bool greys_full_range_ = false;       ///< of the luma that they belong to
};

}  // namespace sotto::datasets
