#include "datasets/faces/face_choice.h"

#include "common/error.h"

namespace sotto::datasets {

FaceChoice face_choice(const std::string& name) {
  static const struct {
    const char* name;
    FaceChoice::Rule rule;
  } kNames[] = {
      {"speaking", FaceChoice::kSpeaking},
      {"largest", FaceChoice::kLargest},
      {"left", FaceChoice::kLeft},
      {"right", FaceChoice::kRight},
      {"all", FaceChoice::kAll}};
  for (const auto& known : kNames) {
    if (name == known.name) {
      return known.rule;
    }
  }
  if (name.size() == 1 && name[0] >= '1' && name[0] <= '9') {
    return {FaceChoice::kNumber, name[0] - '0'};
  }
  throw ConfigError(
      "face: expected speaking, largest, left, right, all or a number from 1 to 9 (from the left), "
      "got '" +
      name + "'");
}

}  // namespace sotto::datasets
