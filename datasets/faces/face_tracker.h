#pragma once

#include <cstdint>
#include <vector>

#include "datasets/faces/face_finder.h"
#include "datasets/faces/face_signature.h"
#include "datasets/faces/followed_face.h"
#include "datasets/faces/shot_change.h"

namespace sotto::datasets {

/// One person's face on one picture.
struct TrackedFace {
  int64_t person = 0;   ///< counts the people of the film from 0, as they come
  Landmarks landmarks;  ///< fitted on this picture
  double width = 0;     ///< pixels
};

struct TrackedFrame {
  std::vector<TrackedFace> faces;
  bool new_shot = false;  ///< the film is cut here
};

/// Follows the faces of grey pictures, at most four at a time. A face's box is carried from
/// picture to picture by the landmarks that are fitted in it. The detector confirms it every 15th
/// picture, and at once when it no longer looks as it did; a face that cannot be confirmed is given
/// up after 24 pictures, or as soon as it looks like another. The whole picture is searched at the
/// start, after a cut of the film, for those who were lost, and every 60th time, when those who are
/// there begin anew and those who come are met; whoever is found again, after a cut too, is known
/// by looks.
class FaceTracker {
 public:
  explicit FaceTracker(FaceFinder& finder) : finder_(finder) {}

  /// The faces of the next picture.
  TrackedFrame track(const Picture& grey);

 private:
  struct Person {
    int64_t id = 0;
    FollowedFace face;
    bool followed = false;
  };

  void follow(const Picture& grey, Person& person, TrackedFrame& frame);
  bool search_due() const;
  void search(const Picture& grey, TrackedFrame& frame);
  FollowedFace met(const Picture& grey, const FaceBox& box);
  Person& recognise(const FollowedFace& face);
  void part(TrackedFrame& frame);
  static void show(const Person& person, TrackedFrame& frame);
  static void hide(const Person& person, TrackedFrame& frame);

  FaceFinder& finder_;
  ShotChange shots_;
  std::vector<Person> people_;
  int64_t met_ = 0;  ///< people so far
  int64_t now_ = -1;
  int64_t searched_ = -1000;
  int64_t searched_in_vain_ = 0;
  int64_t lost_ = -1000;  ///< when a face was lost
};

}  // namespace sotto::datasets
