#include "datasets/faces/face_tracker.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kInterval = 5;
// After a miss every frame is tried, this often; then every 5th again.
constexpr int64_t kEagerTries = 10;
// For this long after a face was lost none of less than a quarter of its width is looked for.
// (Faces that turn away are often found in a picture twice as large as needed, so a half would be
// too much.)
constexpr int64_t kRememberSize = 50;

FaceBox between(const FaceBox& a, const FaceBox& b, double share) {
  const auto mix = [share](double from, double to) { return from + share * (to - from); };
  return {mix(a.left, b.left), mix(a.top, b.top), mix(a.right, b.right), mix(a.bottom, b.bottom)};
}

}  // namespace

bool FaceTracker::due() const {
  const int64_t since = pushed_ - 1 - last_tried_;
  return last_tried_ < 0 || since >= kInterval || (misses_ > 0 && misses_ < kEagerTries);
}

std::optional<FaceBox> FaceTracker::detect(const Picture& picture) {
  const int64_t since = pushed_ - 1 - last_found_;
  if (last_box_ && since <= 2 * kInterval) {
    if (const auto near = finder_.search_near(picture, *last_box_)) {
      return near;
    }
  }
  const bool remembered = last_box_ && since <= kRememberSize;
  return finder_.search(picture, choice_, remembered ? last_box_->width() / 4 : 0);
}

void FaceTracker::push(PicturePtr picture) {
  waiting_.push_back(std::move(picture));
  ++pushed_;
  if (due()) {
    const int64_t index = pushed_ - 1;
    const auto found = detect(*waiting_.back());
    last_tried_ = index;
    misses_ = found ? 0 : misses_ + 1;
    if (found) {
      ++detections_;
      settle(index, found);
      last_box_ = found;
      last_found_ = index;
    }
  }
  // What is too far from any detection, past or to come, waits for nothing.
  while (!waiting_.empty() && first_waiting_ < pushed_ - kInterval) {
    const bool held = last_box_ && first_waiting_ - last_found_ <= kInterval;
    if (held && pushed_ - 1 - last_found_ < 2 * kInterval) {
      break;  // a detection soon would let its box be interpolated
    }
    release(held ? last_box_ : std::nullopt, held);
  }
}

// Gives every waiting frame up to `newest`, where a face was found, its box.
void FaceTracker::settle(int64_t newest, const std::optional<FaceBox>& found) {
  const int64_t span = newest - last_found_;
  while (first_waiting_ <= newest) {
    const int64_t after = first_waiting_ - last_found_;
    const int64_t before = newest - first_waiting_;
    if (last_box_ && span <= 2 * kInterval) {
      const double share = static_cast<double>(after) / static_cast<double>(span);
      release(between(*last_box_, *found, share), true);
    } else if (before <= kInterval) {
      release(found, true);
    } else if (last_box_ && after <= kInterval) {
      release(last_box_, true);
    } else {
      release(std::nullopt, false);
    }
  }
}

void FaceTracker::release(const std::optional<FaceBox>& box, bool near) {
  TrackedFrame frame;
  frame.picture = std::move(waiting_.front());
  waiting_.pop_front();
  ++first_waiting_;
  frame.near_detection = near;
  if (box) {
    frame.landmarks = finder_.landmarks(*frame.picture, *box);
    frame.face_width = box->width();
  }
  ready_.push_back(std::move(frame));
}

void FaceTracker::finish() {
  while (!waiting_.empty()) {
    const bool held = last_box_ && first_waiting_ - last_found_ <= kInterval;
    release(held ? last_box_ : std::nullopt, held);
  }
}

std::optional<TrackedFrame> FaceTracker::pop() {
  if (ready_.empty()) {
    return std::nullopt;
  }
  TrackedFrame front = std::move(ready_.front());
  ready_.pop_front();
  return front;
}

}  // namespace sotto::datasets
