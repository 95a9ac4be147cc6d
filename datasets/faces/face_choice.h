#pragma once

#include <cstdint>
#include <string>

namespace sotto::datasets {

/// Which of several faces is meant. In every shot, that is between two cuts of the film:
/// - speaking: the face whose mouth moves, and moves with the sound (speaking_face.h);
/// - largest, left, right: by the mean of its width or place;
/// - a number: the Nth from the left, from 1;
/// - all: each of them, one after the other (`sotto prepare` only).
struct FaceChoice {
  enum Rule { kSpeaking, kLargest, kLeft, kRight, kNumber, kAll };

  FaceChoice() = default;
  FaceChoice(Rule its_rule, int64_t its_number = 0) : rule(its_rule), number(its_number) {}

  Rule rule = kSpeaking;
  int64_t number = 0;
};

/// "speaking", "largest", "left", "right", "all" or a number from 1. @throws ConfigError.
FaceChoice face_choice(const std::string& name);

}  // namespace sotto::datasets
