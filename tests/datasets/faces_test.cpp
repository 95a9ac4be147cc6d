#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/faces/face_choice.h"
#include "datasets/faces/face_signature.h"
#include "datasets/faces/mean_face.h"
#include "datasets/faces/shot_change.h"
#include "datasets/speaking_face.h"

namespace sotto::datasets {
namespace {

Picture waves(int64_t side, double x_step, double y_step, double gain = 100) {
  Picture picture{side, side, 1, {}};
  for (int64_t y = 0; y < side; ++y) {
    for (int64_t x = 0; x < side; ++x) {
      const double value =
          std::sin(static_cast<double>(x) * x_step) + std::cos(static_cast<double>(y) * y_step);
      picture.pixels.push_back(static_cast<uint8_t>(128 + gain / 2 * value));
    }
  }
  return picture;
}

TEST(FaceChoiceTest, Names) {
  EXPECT_EQ(face_choice("speaking").rule, FaceChoice::kSpeaking);
  EXPECT_EQ(face_choice("all").rule, FaceChoice::kAll);
  EXPECT_EQ(face_choice("3").rule, FaceChoice::kNumber);
  EXPECT_EQ(face_choice("3").number, 3);
  for (const char* name : {"", "0", "middle", "12", "-1"}) {
    EXPECT_THROW(face_choice(name), ConfigError) << name;
  }
}

TEST(FaceSignatureTest, LightAndContrastDoNotCount) {
  const FaceSignature one = face_signature(waves(256, 0.11, 0.07), mean_face());
  const FaceSignature dim = face_signature(waves(256, 0.11, 0.07, 40), mean_face());
  const FaceSignature other = face_signature(waves(256, 0.05, 0.17), mean_face());
  EXPECT_NEAR(likeness(one, one), 1, 1e-5);
  EXPECT_GT(likeness(one, dim), 0.99);
  EXPECT_LT(likeness(one, other), 0.5);
}

TEST(FaceSignatureTest, AnEvenPictureHasNone) {
  const Picture grey{256, 256, 1, std::vector<uint8_t>(256 * 256, 90)};
  const FaceSignature none = face_signature(grey, mean_face());
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(likeness(none, face_signature(waves(256, 0.1, 0.1), mean_face())), 0);
}

TEST(ShotChangeTest, ACutIsToldFromMotion) {
  ShotChange shots;
  int64_t cuts = 0;
  for (int i = 0; i < 20; ++i) {
    Picture moving = waves(96, 0.1, 0.08);
    std::rotate(moving.pixels.begin(), moving.pixels.begin() + i * 2, moving.pixels.end());
    cuts += shots.next(moving) ? 1 : 0;
  }
  EXPECT_EQ(cuts, 0);
  EXPECT_TRUE(shots.next(waves(96, 0.03, 0.2)));
  EXPECT_FALSE(shots.next(waves(96, 0.03, 0.2)));
}

/// Pictures of two people: the left one larger, the right one moves the mouth as given.
std::vector<SeenFrame> dialogue(const std::vector<double>& right_mouth) {
  std::vector<SeenFrame> frames;
  for (const double open : right_mouth) {
    SeenLips left;
    left.person = 4;
    left.own_face = true;
    left.face_width = 120;
    left.face_x = 100;
    left.mouth_open = 0.1;
    SeenLips right = left;
    right.person = 9;
    right.face_width = 90;
    right.face_x = 300;
    right.mouth_open = open;
    SeenFrame frame;
    frame.people = {left, right};
    frames.push_back(frame);
  }
  return frames;
}

std::vector<const SeenFrame*> pointers(const std::vector<SeenFrame>& frames) {
  std::vector<const SeenFrame*> all;
  for (const SeenFrame& frame : frames) {
    all.push_back(&frame);
  }
  return all;
}

TEST(SpeakingFaceTest, WhoeverMovesTheirMouthSpeaks) {
  std::vector<double> mouth;
  for (int t = 0; t < 50; ++t) {
    mouth.push_back(0.2 + 0.1 * std::sin(t));
  }
  const auto frames = dialogue(mouth);
  const auto chosen = choose_people(pointers(frames), {}, FaceChoice::kSpeaking);
  EXPECT_EQ(chosen, std::vector<int64_t>(50, 1));
  EXPECT_EQ(choose_people(pointers(frames), {}, FaceChoice::kLargest)[0], 0);
  EXPECT_EQ(choose_people(pointers(frames), {}, FaceChoice::kLeft)[0], 0);
  EXPECT_EQ(choose_people(pointers(frames), {}, FaceChoice::kRight)[0], 1);
  EXPECT_EQ(choose_people(pointers(frames), {}, {FaceChoice::kNumber, 2})[0], 1);
  EXPECT_EQ(choose_people(pointers(frames), {}, {FaceChoice::kNumber, 3})[0], -1);
  EXPECT_EQ(choose_people(pointers(frames), {}, {FaceChoice::kAll, 9})[0], 1);
}

TEST(SpeakingFaceTest, EqualMouthsGoToTheLargerFace) {
  const auto frames = dialogue(std::vector<double>(50, 0.1));
  EXPECT_EQ(choose_people(pointers(frames), {}, FaceChoice::kSpeaking)[7], 0);
}

TEST(SpeakingFaceTest, TheSoundDecidesBetweenTwoWhoMove) {
  // The right mouth moves in the first half; the left in the second, a little less.
  std::vector<double> mouth(100, 0.1);
  for (int t = 0; t < 50; ++t) {
    mouth[static_cast<size_t>(t)] = 0.2 + 0.1 * std::sin(t);
  }
  auto frames = dialogue(mouth);
  for (int t = 50; t < 100; ++t) {
    frames[static_cast<size_t>(t)].people[0].mouth_open = 0.2 + 0.095 * std::sin(t);
  }
  std::vector<float> wave(100 * kSamplesPerFrame, 0.0F);
  for (size_t i = 50 * kSamplesPerFrame; i < wave.size(); ++i) {
    wave[i] = 0.3F * std::sin(0.2F * static_cast<float>(i));
  }
  EXPECT_EQ(choose_people(pointers(frames), wave, FaceChoice::kSpeaking)[0], 0);
  std::reverse(wave.begin(), wave.end());
  EXPECT_EQ(choose_people(pointers(frames), wave, FaceChoice::kSpeaking)[0], 1);
}

TEST(SpeakingFaceTest, EveryShotHasItsOwnSpeaker) {
  std::vector<double> mouth(100, 0.1);
  for (int t = 50; t < 100; ++t) {
    mouth[static_cast<size_t>(t)] = 0.2 + 0.1 * std::sin(t);
  }
  auto frames = dialogue(mouth);
  for (int t = 0; t < 50; ++t) {
    frames[static_cast<size_t>(t)].people[0].mouth_open = 0.2 + 0.1 * std::sin(t);
  }
  frames[50].new_shot = true;
  const auto chosen = choose_people(pointers(frames), {}, FaceChoice::kSpeaking);
  EXPECT_EQ(chosen[49], 0);
  EXPECT_EQ(chosen[50], 1);
}

}  // namespace
}  // namespace sotto::datasets
