#pragma once

#include <string>

#include "datasets/media/ffmpeg.h"

namespace sotto::datasets {

/// Decodes one stream of one file, a frame at a time. It has the file to itself, so nothing of
/// other streams piles up however the file is interleaved.
class StreamDecoder {
 public:
  /// @param input  opened by `ffmpeg::open_input`.
  /// @param index  the stream to decode; the others are skipped while reading.
  StreamDecoder(ffmpeg::InputPtr input, int index);

  /// The next frame in presentation order, valid until the next call; null at the end. Packets
  /// that cannot be decoded are counted and passed over.
  const AVFrame* next();

  const AVStream& stream() const { return *input_->streams[index_]; }
  /// Seconds of the frame's time stamp; NaN if it has none.
  double seconds(const AVFrame& frame) const;
  /// When the header says that the stream ends, on the same clock as `seconds`; NaN if it does not.
  double announced_end() const;
  /// Whether time stamps that step by `seconds` to `stamp` are to be believed: back by a second at
  /// most, forward by a minute, and by up to a day (a muted microphone, a still screen) where the
  /// file's header says that the stream lasts so long. Else they are damage, or files joined end to
  /// end, and time goes on as if nothing were missing.
  bool is_steady(double seconds, double stamp) const;

  int64_t broken_packets() const { return broken_packets_; }
  /// What reading stopped at, if not at the end of the file; else empty.
  const std::string& read_error() const { return read_error_; }

 private:
  bool feed();

  ffmpeg::InputPtr input_;
  int index_;
  ffmpeg::CodecPtr decoder_;
  ffmpeg::PacketPtr packet_;
  ffmpeg::FramePtr frame_;
  bool drained_ = false;
  int64_t broken_packets_ = 0;
  std::string read_error_;
};

}  // namespace sotto::datasets
