#include "datasets/lip_stream.h"

#include <algorithm>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kWaitingBytes = int64_t{256} << 20;

bool is_crop(const Picture& picture) {
  return picture.width == kLipsSide && picture.height == kLipsSide;
}

SeenLips taken_as_lips(const Picture& picture) {
  SeenLips lips;
  lips.crop = {picture.channels == 1 ? picture.pixels : to_grey(picture).pixels, true, false};
  lips.own_face = true;
  lips.near_detection = true;
  return lips;
}

}  // namespace

LipStream::LipStream(FaceChoice face, int64_t look_ahead)
    : look_ahead_(look_ahead), finder_(shared_face_models()), tracker_(finder_, face) {}

std::optional<SeenLips> LipStream::next(MediaReader& media) {
  while (true) {
    if (cropper_) {
      if (auto crop = cropper_->pop()) {
        SeenLips lips = std::move(seen_.front());
        seen_.pop_front();
        lips.crop = std::move(*crop);
        return lips;
      }
    }
    if (ended_) {
      return std::nullopt;
    }
    PicturePtr picture = media.next_frame();
    if (!started_) {
      started_ = true;
      cropped_ = picture && is_crop(*picture);
    }
    if (cropped_) {
      ended_ = !picture;
      if (picture && !is_crop(*picture)) {
        throw DataError(media.path() + ": its pictures are of different sizes");
      }
      return picture ? std::optional(taken_as_lips(*picture)) : std::nullopt;
    }
    push(std::move(picture));
  }
}

void LipStream::push(PicturePtr picture) {
  if (picture) {
    if (!cropper_) {
      const int64_t bytes = static_cast<int64_t>(picture->pixels.size()) + 1;
      const int64_t fitting = std::max<int64_t>(25, kWaitingBytes / bytes);
      cropper_.emplace(geometry_of_68(), std::min(look_ahead_, fitting));
    }
    tracker_.push(std::move(picture));
  } else {
    ended_ = true;
    tracker_.finish();
  }
  while (auto frame = tracker_.pop()) {
    SeenLips lips;
    lips.own_face = !frame->landmarks.empty();
    lips.near_detection = frame->near_detection;
    lips.face_width = frame->face_width;
    seen_.push_back(std::move(lips));
    cropper_->push(std::move(frame->picture), frame->landmarks);
  }
  if (ended_ && cropper_) {
    cropper_->finish();
  }
}

void QualityCounter::add(const SeenLips& lips) {
  ++frames_;
  near_ += lips.near_detection ? 1 : 0;
  if (lips.own_face) {
    widths_.push_back(lips.face_width);
    gap_ = 0;
  } else {
    longest_gap_ = std::max(longest_gap_, ++gap_);
  }
}

Quality QualityCounter::quality() const {
  Quality quality;
  if (frames_ > 0) {
    quality.face_share = static_cast<double>(faces()) / static_cast<double>(frames_);
    quality.near_detection = static_cast<double>(near_) / static_cast<double>(frames_);
  }
  quality.longest_gap = longest_gap_;
  if (!widths_.empty()) {
    std::vector<double> widths = widths_;
    const auto middle = widths.begin() + static_cast<int64_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    quality.face_width = *middle;
  }
  return quality;
}

}  // namespace sotto::datasets
