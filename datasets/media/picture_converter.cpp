#include "datasets/media/picture_converter.h"

#include <algorithm>
#include <cmath>
#include <new>

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

/// Converts a frame to `rows_`.
void PictureConverter::scale(const AVFrame& frame, int64_t width, int64_t height) {
  const AVPixelFormat format = grey_ ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
  scaler_.reset(sws_getCachedContext(
      scaler_.release(),
      frame.width,
      frame.height,
      static_cast<AVPixelFormat>(frame.format),
      static_cast<int>(width),
      static_cast<int>(height),
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
  stride_ = (width * (grey_ ? 1 : 3) + 63) / 64 * 64;
  rows_.resize(static_cast<size_t>(stride_ * height + 64));
  uint8_t* planes[4] = {rows_.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(stride_), 0, 0, 0};
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides) <= 0) {
    throw DataError("a picture cannot be converted");
  }
}

/// Whether the grey picture is the first plane but for the range of its values.
bool PictureConverter::is_luma_alone(const AVFrame& frame) const {
  switch (frame.format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_NV12:
      return grey_ && frame.width == width_ && frame.height == height_ && frame.linesize[0] > 0;
    default:
      return false;
  }
}

/// What swscale makes of each value of the luma, asked once: looking it up is five times as fast.
const std::vector<uint8_t>& PictureConverter::greys_of_luma(const AVFrame& frame) {
  const bool full = is_full_range(frame);
  if (!greys_of_luma_.empty() && greys_full_range_ == full) {
    return greys_of_luma_;
  }
  constexpr int kValues = 256;
  constexpr int kRows = 16;
  ffmpeg::FramePtr values(av_frame_alloc());
  values->format = AV_PIX_FMT_YUV420P;
  values->width = kValues;
  values->height = kRows;
  values->color_range = full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  values->colorspace = frame.colorspace;
  if (av_frame_get_buffer(values.get(), 0) < 0) {
    throw std::bad_alloc();
  }
  for (int plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < (plane == 0 ? kRows : kRows / 2); ++y) {
      uint8_t* row = values->data[plane] + y * values->linesize[plane];
      for (int x = 0; x < (plane == 0 ? kValues : kValues / 2); ++x) {
        row[x] = static_cast<uint8_t>(plane == 0 ? x : 128);
      }
    }
  }
  scale(*values, kValues, kRows);
  greys_of_luma_.assign(rows_.begin(), rows_.begin() + kValues);
  greys_full_range_ = full;
  return greys_of_luma_;
}

Picture PictureConverter::convert(const AVFrame& frame, AVRational sample_aspect) {
  if (width_ == 0) {
    choose_size(frame, sample_aspect);
  }
  if (!is_luma_alone(frame)) {
    scale(frame, width_, height_);
    return turned(rows_.data(), height_, width_, grey_ ? 1 : 3, stride_, orientation_);
  }
  const std::vector<uint8_t>& greys = greys_of_luma(frame);
  Picture picture = turned(frame.data[0], height_, width_, 1, frame.linesize[0], orientation_);
  for (uint8_t& value : picture.pixels) {
    value = greys[value];
  }
  return picture;
}

}  // namespace sotto::datasets
