#include "datasets/faces/face_tracker.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sotto::datasets {
namespace {

constexpr int64_t kConfirm = 15;    // pictures from one detection to the next
constexpr int64_t kGiveUp = 24;     // pictures without a detection after which a face is lost
// Pictures between searches of the whole, for people who come. Those who are there are found as if
// for the first time, so that the crops of a long film are those of its pieces: carried from one
// picture to the next, landmarks never quite forget where they began.
constexpr int64_t kAnew = 60;
constexpr int64_t kLookFor = 50;    // pictures for which a lost face is looked for
// A search in vain is repeated on every picture this often, then on every 15th. (dlib misses a
// face here and there; a film without faces costs 20 ms a search.)
constexpr int64_t kEagerSearches = 10;
constexpr size_t kMostFaces = 4;
constexpr size_t kMostRemembered = 32;  // of those who left, the last
// People in the background are no talkers.
constexpr double kLeastOfLargest = 0.4;
// A face looks like itself (face_signature.h): it is followed; it is someone met before.
constexpr double kStillItself = 0.6;
constexpr double kNotItself = 0.3;
constexpr double kMetBefore = 0.65;
// Two boxes that share more than this of their area are of one face.
constexpr double kSameFace = 0.35;

double shared(const FaceBox& a, const FaceBox& b) {
  const double wide = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double high = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const double both = std::max(0.0, wide) * std::max(0.0, high);
  return both / (a.width() * a.height() + b.width() * b.height() - both);
}

}  // namespace

TrackedFrame FaceTracker::track(const Picture& grey) {
  ++now_;
  TrackedFrame frame;
  frame.new_shot = shots_.next(grey);
  if (frame.new_shot) {
    for (Person& person : people_) {
      person.followed = false;
    }
    searched_in_vain_ = 0;
  }
  for (Person& person : people_) {
    if (person.followed) {
      follow(grey, person, frame);
    }
  }
  part(frame);
  if (search_due()) {
    search(grey, frame);
  }
  return frame;
}

void FaceTracker::follow(const Picture& grey, Person& person, TrackedFrame& frame) {
  FollowedFace& face = person.face;
  face.carry_on(finder_, grey);
  const bool doubtful = face.likeness_to_itself() < kStillItself;
  const int64_t since = now_ - face.confirmed();
  const bool whole = now_ % kAnew == 0;  // the search of the whole picture will find it
  // Counted from the start of the film, not from the last doubt, for the same reason.
  if (doubtful || (!whole && (since >= kConfirm || now_ % kConfirm == 0))) {
    if (const auto found = finder_.search_near(grey, face.box())) {
      face.confirm(finder_, grey, *found, now_);
    } else if (since >= kGiveUp || face.likeness_to_itself() < kNotItself) {
      person.followed = false;
      lost_ = now_;
      searched_in_vain_ = 0;
      return;
    } else if (doubtful || since > kConfirm) {
      return;  // perhaps it is back in a moment
    }
  }
  show(person, frame);
}

/// Puts a person's face into the frame, in place of what was there of it.
void FaceTracker::show(const Person& person, TrackedFrame& frame) {
  hide(person, frame);
  frame.faces.push_back({person.id, person.face.landmarks(), person.face.width()});
}

void FaceTracker::hide(const Person& person, TrackedFrame& frame) {
  const auto of_person = [&](const TrackedFace& face) { return face.person == person.id; };
  frame.faces.erase(
      std::remove_if(frame.faces.begin(), frame.faces.end(), of_person), frame.faces.end());
}

/// Two followed faces that became one: the detector took one person's face for the other's as they
/// crossed. Whoever looks less like before is lost, and found again by looks.
void FaceTracker::part(TrackedFrame& frame) {
  for (size_t i = 0; i < people_.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      Person& a = people_[i];
      Person& b = people_[k];
      if (a.followed && b.followed && shared(a.face.box(), b.face.box()) > kSameFace) {
        Person& less = a.face.likeness_to_itself() < b.face.likeness_to_itself() ? a : b;
        less.followed = false;
        lost_ = now_;
        hide(less, frame);
      }
    }
  }
}

bool FaceTracker::search_due() const {
  const int64_t since = now_ - searched_;
  const bool alone =
      std::none_of(people_.begin(), people_.end(), [](const Person& p) { return p.followed; });
  if (alone) {
    return searched_in_vain_ < kEagerSearches || since >= kConfirm;
  }
  return now_ % kAnew == 0 || (now_ - lost_ < kLookFor && since >= kConfirm);
}

void FaceTracker::search(const Picture& grey, TrackedFrame& frame) {
  double smallest = 0;
  for (const Person& person : people_) {
    // A face that turns away is often found in a picture twice as large as needed.
    const bool recent = person.followed || now_ - lost_ < kLookFor;
    smallest = recent ? std::max(smallest, person.face.width() / 4) : smallest;
  }
  std::vector<FaceBox> found = finder_.search(grey, smallest);
  searched_ = now_;
  searched_in_vain_ = found.empty() ? searched_in_vain_ + 1 : 0;
  std::sort(found.begin(), found.end(), [](const FaceBox& a, const FaceBox& b) {
    return a.width() > b.width();
  });
  size_t followed = 0;
  double largest = found.empty() ? 0 : found.front().width();
  for (const Person& person : people_) {
    followed += person.followed ? 1 : 0;
    largest = person.followed ? std::max(largest, person.face.width()) : largest;
  }
  for (const FaceBox& box : found) {
    const auto known = std::find_if(people_.begin(), people_.end(), [&](const Person& person) {
      return person.followed && shared(person.face.box(), box) > kSameFace;
    });
    if (known != people_.end()) {
      known->face = met(grey, box);
      show(*known, frame);
      continue;
    }
    if (followed >= kMostFaces || box.width() < kLeastOfLargest * largest) {
      continue;
    }
    show(recognise(met(grey, box)), frame);
    ++followed;
  }
}

/// A face found in the whole picture is searched once more in its own scale, as it will be later.
FollowedFace FaceTracker::met(const Picture& grey, const FaceBox& box) {
  return {finder_, grey, finder_.search_near(grey, box).value_or(box), now_};
}

/// Whoever of those not followed looks most like it, or someone new. Those who were there a moment
/// ago come first: in a long film one person may be remembered as several.
FaceTracker::Person& FaceTracker::recognise(const FollowedFace& face) {
  Person* best = nullptr;
  std::pair<bool, double> most(false, kMetBefore);  // there a moment ago, likeness
  for (Person& person : people_) {
    const double now = likeness(face.signature(), person.face.signature());
    if (person.followed || now <= kMetBefore) {
      continue;
    }
    const std::pair<bool, double> like(now_ - person.face.confirmed() < kLookFor, now);
    if (like > most) {
      best = &person;
      most = like;
    }
  }
  if (best == nullptr) {
    if (people_.size() >= kMostRemembered) {
      people_.erase(std::find_if(people_.begin(), people_.end(), [](const Person& person) {
        return !person.followed;
      }));
    }
    people_.push_back({met_++, {}, false});
    best = &people_.back();
  }
  best->face = face;
  best->followed = true;
  return *best;
}

}  // namespace sotto::datasets
