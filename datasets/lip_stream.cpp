#include "datasets/lip_stream.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kWaitingBytes = int64_t{256} << 20;

bool is_crop(const Picture& picture) {
  return picture.width == kLipsSide && picture.height == kLipsSide;
}

double distance(const Point& a, const Point& b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

// From the nose tip's place between the cheeks; the nose stands 1.2 times as far from the neck as
// they do.
double yaw_of(const Landmarks& face) {
  const double left = distance(face[30], face[1]);
  const double right = distance(face[30], face[15]);
  const double share = (left - right) / std::max(1e-6, left + right);
  return std::asin(std::clamp(share / 0.6, -1.0, 1.0)) * 57.29578;
}

void describe(const TrackedFace& face, SeenLips& lips) {
  const Landmarks& points = face.landmarks;
  lips.own_face = true;
  lips.face_width = face.width;
  lips.face_x = centroid(points, 0, points.size()).x;
  const double gap = distance(points[61], points[67]) + distance(points[62], points[66]) +
                     distance(points[63], points[65]);
  lips.mouth_open = gap / 3 / std::max(1e-6, distance(points[48], points[54]));
  lips.yaw_deg = yaw_of(points);
}

}  // namespace

/// One person on a run of pictures: their mouth is cut out of all of them.
struct LipStream::Follower {
  Follower(int64_t its_person, int64_t first, LipCropper its_cropper)
      : person(its_person), next_out(first), cropper(std::move(its_cropper)) {}

  void push(const PicturePtr& picture, const TrackedFace* face) {
    SeenLips lips;
    lips.person = person;
    if (face != nullptr) {
      describe(*face, lips);
    }
    absent = face != nullptr ? 0 : absent + 1;
    waiting.push_back(std::move(lips));
    cropper.push(picture, face != nullptr ? face->landmarks : Landmarks());
    collect();
  }
  void close() {
    cropper.finish();
    closed = true;
    collect();
  }
  void collect() {
    while (auto crop = cropper.pop()) {
      waiting.front().crop = std::move(*crop);
      done.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
  }

  int64_t person;
  int64_t next_out;  ///< picture of the first of `done`, or of `waiting`
  int64_t absent = 0;
  bool closed = false;
  LipCropper cropper;
  std::deque<SeenLips> waiting;
  std::deque<SeenLips> done;
};

LipStream::LipStream(std::vector<CropSize> crops, int64_t look_ahead)
    : crops_(std::move(crops)), look_ahead_(look_ahead) {}

void LipStream::use_landmarks(std::vector<Landmarks> given, double fps, int64_t begin) {
  given_landmarks_ = std::move(given);
  given_fps_ = fps;
  given_begin_ = begin;
}

/// The landmarks that were given for the next picture.
TrackedFrame LipStream::given_frame() const {
  const double second = static_cast<double>(given_begin_ + pushed_) / kFramesPerSecond;
  const auto index = static_cast<size_t>(std::llround(second * given_fps_));
  TrackedFrame frame;
  if (index < given_landmarks_.size() && !given_landmarks_[index].empty()) {
    const Landmarks& points = given_landmarks_[index];
    frame.faces.push_back({0, points, distance(points[0], points[16])});
  }
  return frame;
}

LipStream::~LipStream() = default;

std::optional<SeenFrame> LipStream::next(MediaReader& media) {
  while (!ready()) {
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
      if (crops_.size() > 1) {
        throw DataError(
            media.path() +
            ": it holds mouths of 96x96; no other crops can be cut; give "
            "the video that it was made of, or its store to `sotto evaluate`");
      }
      return picture ? std::optional(taken_as_lips(*picture)) : std::nullopt;
    }
    push(std::move(picture));
  }
  return pop();
}

SeenFrame LipStream::taken_as_lips(const Picture& picture) const {
  SeenLips lips;
  const bool as_it_is = crops_.front().colour || picture.channels == 1;
  lips.crop = {as_it_is ? picture.pixels : to_grey(picture).pixels, true, false};
  lips.own_face = true;
  return {false, {std::move(lips)}};
}

void LipStream::push(PicturePtr picture) {
  if (!picture) {
    ended_ = true;
    close_all();
    nobody_.clear();
    return;
  }
  const int64_t bytes = static_cast<int64_t>(picture->pixels.size()) + 1;
  look_ahead_ = std::min(look_ahead_, std::max<int64_t>(25, kWaitingBytes / bytes));
  if (!tracker_ && given_fps_ <= 0) {
    finder_ = std::make_unique<FaceFinder>(shared_face_models());
    tracker_ = std::make_unique<FaceTracker>(*finder_);
  }
  const TrackedFrame frame = !tracker_ ? given_frame() : tracker_->track(to_grey(*picture));
  const int64_t index = pushed_++;
  new_shots_.push_back(frame.new_shot);
  if (frame.new_shot) {
    close_all();
    nobody_.clear();
  }
  follow(picture, frame, index);
}

void LipStream::follow(const PicturePtr& picture, const TrackedFrame& frame, int64_t index) {
  const auto open_for = [this](int64_t person) {
    return std::find_if(followers_.begin(), followers_.end(), [&](const Follower& follower) {
      return !follower.closed && follower.person == person;
    });
  };
  for (const TrackedFace& face : frame.faces) {
    if (open_for(face.person) != followers_.end()) {
      continue;
    }
    const auto before = static_cast<int64_t>(nobody_.size());
    followers_.emplace_back(
        face.person, index - before, LipCropper(geometry_of_68(), look_ahead_, crops_));
    for (const PicturePtr& earlier : nobody_) {
      followers_.back().push(earlier, nullptr);
    }
  }
  bool anybody = false;
  for (Follower& follower : followers_) {
    if (follower.closed) {
      continue;
    }
    const auto face =
        std::find_if(frame.faces.begin(), frame.faces.end(), [&](const TrackedFace& one) {
          return one.person == follower.person;
        });
    follower.push(picture, face != frame.faces.end() ? &*face : nullptr);
    if (follower.absent > look_ahead_) {
      follower.close();
    } else {
      anybody = true;
    }
  }
  if (anybody) {
    nobody_.clear();
    return;
  }
  nobody_.push_back(picture);
  if (static_cast<int64_t>(nobody_.size()) > look_ahead_) {
    nobody_.pop_front();
  }
}

void LipStream::close_all() {
  for (Follower& follower : followers_) {
    if (!follower.closed) {
      follower.close();
    }
  }
}

/// Whether all is known of the next picture to give out.
bool LipStream::ready() const {
  if (given_ >= pushed_ - static_cast<int64_t>(nobody_.size())) {
    return false;
  }
  return std::all_of(followers_.begin(), followers_.end(), [this](const Follower& follower) {
    return follower.next_out > given_ || !follower.done.empty() || follower.closed;
  });
}

SeenFrame LipStream::pop() {
  SeenFrame frame;
  frame.new_shot = new_shots_.front();
  new_shots_.pop_front();
  for (Follower& follower : followers_) {
    if (follower.next_out == given_ && !follower.done.empty()) {
      frame.people.push_back(std::move(follower.done.front()));
      follower.done.pop_front();
      ++follower.next_out;
    }
  }
  followers_.erase(
      std::remove_if(
          followers_.begin(),
          followers_.end(),
          [](const Follower& follower) { return follower.closed && follower.done.empty(); }),
      followers_.end());
  ++given_;
  return frame;
}

}  // namespace sotto::datasets
