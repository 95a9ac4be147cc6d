#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sotto::datasets {

inline constexpr int64_t kFramesPerSecond = 25;
inline constexpr int64_t kSampleRateHz = 16000;
/// Samples of sound that belong to one video frame.
inline constexpr int64_t kSamplesPerFrame = kSampleRateHz / kFramesPerSecond;
/// Side of the "lips" crop in pixels.
inline constexpr int64_t kLipsSide = 96;

inline double seconds_of(int64_t frames) {
  return static_cast<double>(frames) / static_cast<double>(kFramesPerSecond);
}

/// Pictures cut from a face, (T, H, W) or (T, H, W, 3) row-major, one byte a value.
struct Crop {
  int64_t frames = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;
  std::vector<uint8_t> pixels;

  int64_t frame_bytes() const { return height * width * channels; }
};

/// A word with its time in seconds from the start of the utterance.
struct WordTime {
  std::string word;
  double start_s = 0;
  double end_s = 0;
};

/// What is known of how well the face was seen.
struct Quality {
  double face_share = 0;      ///< share of frames with a landmark fit of their own, 0 to 1
  double off_centre = 0;      ///< share with the mouth over 53 px from the canvas' centre
  int64_t longest_gap = 0;    ///< frames, longest run without a face
  double face_width = 0;      ///< pixels, median
  double face_x = 0;          ///< of its centre in the picture, pixels, median
  double yaw_deg = 0;         ///< how far the head is turned away, median: a rough guess
  double sharpness = 0;       ///< of the mouth: deviation of its Laplacian, grey levels, median
  double source_fps = 0;      ///< as the container's times give it; 0 without video
  int64_t people = 0;         ///< faces that were followed, this one included
};

/// One utterance as it flows through the house. `crops` is empty without video, `wave` without
/// sound. With both, wave.size() == 640 * frames.
struct Utterance {
  std::string id;
  std::map<std::string, Crop> crops;  ///< by name; "lips" is the 96x96 grey mouth
  std::vector<float> wave;            ///< 16 kHz mono in [-1, 1]
  std::string text;                   ///< normalised transcript; empty if unknown
  std::vector<WordTime> words;        ///< empty if the corpus has no times
  std::string talker;
  std::string split;   ///< the corpus' name of its part; empty if it has none
  std::string source;  ///< path relative to the corpus root
  Quality quality;
  std::vector<std::string> warnings;  ///< what was found wrong with the source, a clause each
};

/// Frames of the pictures, all crops alike, or of the sound where there are none.
inline int64_t frame_count(const Utterance& utterance) {
  return !utterance.crops.empty()
             ? utterance.crops.begin()->second.frames
             : static_cast<int64_t>(utterance.wave.size()) / kSamplesPerFrame;
}

}  // namespace sotto::datasets
