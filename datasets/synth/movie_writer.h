#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "datasets/media/picture.h"
#include "datasets/synth/frame_rate.h"

namespace sotto::datasets::synth {

/// An MP4 file (H.264 4:2:0 and AAC, as cameras and broadcasters write them) that grows in memory.
/// Equal input gives equal bytes.
class MovieWriter {
 public:
  /// @param path  of the file that will be made, for messages and `finish`.
  /// @param wave  16 kHz; empty: no sound.
  MovieWriter(
      std::string path, int64_t width, int64_t height, FrameRate rate, std::vector<float> wave);
  ~MovieWriter();
  MovieWriter(const MovieWriter&) = delete;
  MovieWriter& operator=(const MovieWriter&) = delete;

  /// The next frame, RGB.
  void add(const Picture& picture);
  /// Writes the file, whole or not at all. Without a frame it has no pictures.
  void finish();

 private:
  struct Parts;

  std::string path_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::datasets::synth
