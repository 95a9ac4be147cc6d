#include "datasets/media/picture_converter.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::datasets {
namespace {

// Broadcast formats say 12:11 and the like for pictures that look right as they are; only pixels
// clearly not square (anamorphic 16:9) change the shape of a face.
constexpr double kSquareEnough = 0.12;

bool is_full_range(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P ||
         frame.format == AV_PIX_FMT_YUVJ422P || frame.format == AV_PIX_FMT_YUVJ444P;
}

}  // namespace

void PictureConverter::choose_size(const AVFrame& frame, AVRational sample_aspect) {
  double width = frame.width;
  double height = frame.height;
  const double aspect = sample_aspect.num > 0 && sample_aspect.den > 0 ? av_q2d(sample_aspect) : 1;
  if (std::abs(std::log(aspect)) > kSquareEnough && aspect > 0.2 && aspect < 5) {
    width *= aspect;
  }
  const double longest = std::max(width, height);
  if (max_side_ > 0 && longest > static_cast<double>(max_side_)) {
    width *= static_cast<double>(max_side_) / longest;
    height *= static_cast<double>(max_side_) / longest;
  }
  width_ = std::max<int64_t>(1, std::llround(width));
  height_ = std::max<int64_t>(1, std::llround(height));
}

Picture PictureConverter::convert(const AVFrame& frame, AVRational sample_aspect) {
  if (width_ == 0) {
    choose_size(frame, sample_aspect);
  }
  const AVPixelFormat format = grey_ ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
  const int64_t channels = grey_ ? 1 : 3;
  scaler_.reset(sws_getCachedContext(
      scaler_.release(),
      frame.width,
      frame.height,
      static_cast<AVPixelFormat>(frame.format),
      static_cast<int>(width_),
      static_cast<int>(height_),
      format,
      SWS_BILINEAR,
      nullptr,
      nullptr,
      nullptr));
  if (!scaler_) {
    throw DataError("pictures of this pixel format cannot be converted");
  }
  const int* coefficients = sws_getCoefficients(frame.colorspace);
  sws_setColorspaceDetails(
      scaler_.get(),
      coefficients,
      is_full_range(frame) ? 1 : 0,
      coefficients,
      1,
      0,
      1 << 16,
      1 << 16);
  // swscale writes whole vectors past the end of a row.
  const int64_t stride = (width_ * channels + 63) / 64 * 64;
  rows_.resize(stride * height_ + 64);
  uint8_t* planes[4] = {rows_.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(stride), 0, 0, 0};
  const int rows =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides);
  if (rows <= 0) {
    throw DataError("a picture cannot be converted");
  }
  return turned(rows_.data(), height_, width_, channels, stride, orientation_);
}

}  // namespace sotto::datasets
