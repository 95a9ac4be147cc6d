#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "datasets/media/picture.h"

namespace sotto::datasets {

/// What is in a media file.
struct MediaInfo {
  bool has_video = false;
  bool has_audio = false;
  int64_t width = 0;  ///< pixels as stored, before turning and scaling
  int64_t height = 0;
  double fps = 0;         ///< mean rate that the container gives; 0 without video
  double duration_s = 0;  ///< as the container says; 0 if it does not
  int64_t sample_rate_hz = 0;
};

struct MediaOptions {
  bool video = true;
  bool audio = true;
  bool grey = true;         ///< pictures grey or RGB
  std::string sound;        ///< file that the sound lies in; empty: the same
  int64_t begin = 0;        ///< the first frame (25 a second) that is given
  int64_t end = 0;          ///< the frame that the last one stands before; 0: the file's end
  int64_t max_side = 1920;  ///< pixels; larger pictures are scaled down. 0 keeps every size
};

/// Reads any media file as pictures at exactly 25 a second and sound at 16 kHz mono, both pulled,
/// on one clock that starts at the first picture (at the first sound without pictures, or where the
/// sound is a file of its own). It holds
/// a bounded look-ahead: an hour flows through in the memory of a second.
class MediaReader {
 public:
  /// @throws DataError naming `path` if nothing of what `options` ask for can be decoded.
  explicit MediaReader(const std::string& path, const MediaOptions& options = {});
  ~MediaReader();
  MediaReader(MediaReader&&) noexcept;

  const std::string& path() const { return path_; }
  /// `has_video` and `has_audio` tell what `next_frame` and `read_audio` will give.
  const MediaInfo& info() const { return info_; }

  /// Picture k of time (begin + k)/25 s, upright; null at the end.
  PicturePtr next_frame();
  /// The next `samples` samples in [-1, 1], fewer at the end.
  std::vector<float> read_audio(size_t samples);

  /// What was found wrong so far (damaged parts, a cut file), each a clause about "its" pictures or
  /// sound; complete when both streams are read to their ends.
  std::vector<std::string> warnings() const;

 private:
  struct Streams;

  void pass_over(int64_t frames);

  std::string path_;
  int64_t frames_left_ = 0;   ///< where an end was asked for, else -1
  int64_t samples_left_ = 0;
  MediaInfo info_;
  std::unique_ptr<Streams> streams_;
};

}  // namespace sotto::datasets
