#include "datasets/media/stream_decoder.h"

#include <cmath>
#include <limits>

namespace sotto::datasets {

StreamDecoder::StreamDecoder(ffmpeg::InputPtr input, int index)
    : input_(std::move(input)),
      index_(index),
      decoder_(ffmpeg::open_decoder(*input_->streams[index])),
      packet_(ffmpeg::make_packet()),
      frame_(ffmpeg::make_frame()) {
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    const bool ours = static_cast<int>(i) == index_;
    input_->streams[i]->discard = ours ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

bool StreamDecoder::feed() {
  while (true) {
    const int read = av_read_frame(input_.get(), packet_.get());
    if (read < 0) {
      if (read != AVERROR_EOF) {
        read_error_ = ffmpeg::error_text(read);
      }
      avcodec_send_packet(decoder_.get(), nullptr);
      return false;
    }
    const bool ours = packet_->stream_index == index_;
    const int sent = ours ? avcodec_send_packet(decoder_.get(), packet_.get()) : 0;
    broken_packets_ += (ours && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) || sent < 0 ? 1 : 0;
    av_packet_unref(packet_.get());
    if (ours && sent >= 0) {
      return true;
    }
  }
}

const AVFrame* StreamDecoder::next() {
  if (!decoder_) {
    return nullptr;
  }
  while (true) {
    const int received = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (received >= 0) {
      return frame_.get();
    }
    if (received == AVERROR_EOF || (drained_ && received == AVERROR(EAGAIN))) {
      return nullptr;
    }
    if (received != AVERROR(EAGAIN)) {
      ++broken_packets_;
    }
    if (!drained_) {
      drained_ = !feed();
    } else if (received != AVERROR(EAGAIN) && broken_packets_ > 1000) {
      return nullptr;  // a decoder that never says "end" while it is emptied
    }
  }
}

double StreamDecoder::seconds(const AVFrame& frame) const {
  const int64_t stamp = frame.best_effort_timestamp;
  return stamp == AV_NOPTS_VALUE ? std::numeric_limits<double>::quiet_NaN()
                                 : static_cast<double>(stamp) * av_q2d(stream().time_base);
}

double StreamDecoder::announced_end() const {
  const AVStream& ours = stream();
  const double unit = av_q2d(ours.time_base);
  if (ours.duration != AV_NOPTS_VALUE && ours.duration > 0) {
    const int64_t start = ours.start_time == AV_NOPTS_VALUE ? 0 : ours.start_time;
    return static_cast<double>(start + ours.duration) * unit;
  }
  const bool from_header = input_->duration_estimation_method == AVFMT_DURATION_FROM_STREAM;
  if (input_->duration == AV_NOPTS_VALUE || input_->duration <= 0 || !from_header) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const int64_t start = input_->start_time == AV_NOPTS_VALUE ? 0 : input_->start_time;
  return static_cast<double>(start + input_->duration) / AV_TIME_BASE;
}

bool StreamDecoder::is_steady(double seconds, double stamp) const {
  constexpr double kLongestStepBack = 1.0;
  constexpr double kAnyway = 60.0;
  constexpr double kLongest = 24 * 3600.0;
  const bool from_header = input_->duration_estimation_method == AVFMT_DURATION_FROM_STREAM;
  const bool announced = from_header && stamp <= announced_end();  // not if that is NaN
  return seconds >= -kLongestStepBack && seconds <= (announced ? kLongest : kAnyway);
}

}  // namespace sotto::datasets
