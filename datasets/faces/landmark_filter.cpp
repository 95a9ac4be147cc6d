#include "datasets/faces/landmark_filter.h"

#include <algorithm>

namespace sotto::datasets {
namespace {

constexpr int64_t kHalfWidth = 6;  // frames; published crops use a window of 12

std::optional<Landmarks> pop_front(std::deque<Landmarks>& queue) {
  if (queue.empty()) {
    return std::nullopt;
  }
  Landmarks front = std::move(queue.front());
  queue.pop_front();
  return front;
}

Landmarks between(const Landmarks& a, const Landmarks& b, double share) {
  Landmarks mixed(a.size());
  for (size_t i = 0; i < a.size(); ++i) {
    mixed[i] = {a[i].x + share * (b[i].x - a[i].x), a[i].y + share * (b[i].y - a[i].y)};
  }
  return mixed;
}

}  // namespace

// Hands out the waiting frames, on the way from the last found set to `next`.
void GapFiller::release(const Landmarks& next) {
  for (int64_t k = 1; k <= waiting_; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(waiting_ + 1);
    ready_.push_back(last_.empty() ? next : between(last_, next, share));
  }
  waiting_ = 0;
}

void GapFiller::push(const Landmarks& found) {
  if (!found.empty()) {
    release(found);
    ready_.push_back(found);
    last_ = found;
    lost_ = false;
    return;
  }
  ++waiting_;
  lost_ = lost_ || waiting_ > look_ahead_;
  if (lost_) {
    // What waited so long is given up, and what comes after it until a face is found.
    release(last_);
  }
}

std::optional<Landmarks> GapFiller::pop() {
  return pop_front(ready_);
}

void LandmarkSmoother::push(Landmarks landmarks) {
  if (landmarks.empty()) {
    ready_.push_back(std::move(landmarks));
    return;
  }
  window_.push_back(std::move(landmarks));
  const int64_t newest = first_ + static_cast<int64_t>(window_.size()) - 1;
  while (next_ + std::min(kHalfWidth, next_) <= newest) {
    smooth(std::min(kHalfWidth, next_));
  }
}

void LandmarkSmoother::finish() {
  const int64_t newest = first_ + static_cast<int64_t>(window_.size()) - 1;
  while (next_ <= newest) {
    smooth(std::min({kHalfWidth, next_, newest - next_}));
  }
}

void LandmarkSmoother::smooth(int64_t half_width) {
  const Landmarks& centre = window_[next_ - first_];
  const size_t points = centre.size();
  Landmarks mean(points);
  const double weight = 1.0 / static_cast<double>(2 * half_width + 1);
  for (int64_t t = next_ - half_width; t <= next_ + half_width; ++t) {
    const Landmarks& set = window_[t - first_];
    for (size_t i = 0; i < points; ++i) {
      mean[i].x += set[i].x * weight;
      mean[i].y += set[i].y * weight;
    }
  }
  const Point wanted = centroid(centre, 0, points);
  const Point got = centroid(mean, 0, points);
  for (Point& p : mean) {
    p.x += wanted.x - got.x;
    p.y += wanted.y - got.y;
  }
  ready_.push_back(std::move(mean));
  ++next_;
  while (first_ < next_ - kHalfWidth) {
    window_.pop_front();
    ++first_;
  }
}

std::optional<Landmarks> LandmarkSmoother::pop() {
  return pop_front(ready_);
}

}  // namespace sotto::datasets
