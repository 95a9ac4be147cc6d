#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/media/stream_decoder.h"

namespace sotto::datasets {

/// Sound at 16 kHz mono from a stream of any rate and channel layout (channels averaged), by
/// presentation time: sample n belongs to n/16000 s after `start_s`. Sound before that time is cut,
/// silence fills what is missing.
class AudioReader {
 public:
  explicit AudioReader(std::unique_ptr<StreamDecoder> decoder);

  /// Whether any sound could be decoded.
  bool has_sound() const { return has_sound_; }
  /// Time of the first decoded sound on the file's clock, in seconds.
  double first_s() const { return first_s_; }
  /// Sets time 0; call before the first `read`.
  void start_at(double start_s) { start_s_ = start_s; }

  /// The next `samples` samples, fewer at the end.
  std::vector<float> read(size_t samples);

  /// What was found wrong so far; complete after the end.
  std::vector<std::string> warnings() const;

 private:
  bool decode_more();
  void align(const AVFrame& frame);
  bool resample(const AVFrame& frame);
  void drain();
  void open_resampler(const AVFrame& frame);
  void append(const float* samples, int64_t count);

  std::unique_ptr<StreamDecoder> decoder_;
  ffmpeg::FramePtr waiting_;  ///< decoded, not resampled yet: the first, or one behind silence
  bool has_sound_ = false;
  ffmpeg::ResamplerPtr resampler_;
  int input_rate_hz_ = 0;
  int input_format_ = -1;
  int input_channels_ = 0;
  double first_s_ = 0;
  double start_s_ = 0;
  double splice_s_ = 0;
  bool first_pending_ = true;
  bool ended_ = false;
  bool spliced_ = false;
  double file_end_s_ = 0;
  int64_t made_ = 0;  ///< samples appended to `ready_` so far, cut ones not counted
  int64_t cut_ = 0;   ///< samples still to throw away
  int64_t silence_ = 0;  ///< samples still to come before `waiting_`
  std::vector<float> ready_;
  size_t ready_from_ = 0;
};

}  // namespace sotto::datasets
