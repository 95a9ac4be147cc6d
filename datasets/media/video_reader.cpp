#include "datasets/media/video_reader.h"

#include <cmath>
#include <cstdio>

#include "datasets/utterance.h"

namespace sotto::datasets {
namespace {

double nominal_duration(const AVStream& stream) {
  const AVRational rate =
      stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
  const double fps = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 25.0;
  return fps > 1.0 && fps < 1000.0 ? 1.0 / fps : 0.04;
}

int64_t tick_of(double seconds) {
  // The thousandth puts a frame just between two ticks (50 a second) to the later one, on every
  // machine.
  return static_cast<int64_t>(std::floor(seconds * kFramesPerSecond + 0.501));
}

}  // namespace

VideoReader::VideoReader(std::unique_ptr<StreamDecoder> decoder, bool grey, int64_t max_side)
    : decoder_(std::move(decoder)),
      converter_(grey, max_side, orientation_of(ffmpeg::display_matrix(decoder_->stream()))),
      nominal_duration_s_(nominal_duration(decoder_->stream())) {
  upcoming_ = decode();
}

double VideoReader::steady_time(double stamp) {
  if (!started_) {
    started_ = true;
    start_s_ = std::isnan(stamp) ? 0 : stamp;
    return 0;
  }
  if (std::isnan(stamp)) {
    return last_s_ + nominal_duration_s_;
  }
  const double seconds = stamp - start_s_ + splice_s_;
  if (!decoder_->is_steady(seconds - last_s_, stamp)) {
    splice_s_ += last_s_ + nominal_duration_s_ - seconds;
    spliced_ = true;
    return last_s_ + nominal_duration_s_;
  }
  return seconds;
}

VideoReader::TimedFrame VideoReader::decode() {
  TimedFrame timed;
  const AVFrame* frame = decoder_->next();
  if (frame == nullptr) {
    return timed;
  }
  const double seconds = steady_time(decoder_->seconds(*frame));
  last_s_ = seconds;
  double duration =
      static_cast<double>(ffmpeg::frame_duration(*frame)) * av_q2d(decoder_->stream().time_base);
  if (!(duration > 0.0 && duration < 1.0)) {
    duration = nominal_duration_s_;
  }
  timed.frame.reset(av_frame_clone(frame));
  timed.end_s = seconds + duration;
  timed.tick = tick_of(seconds);
  file_end_s_ = timed.end_s + start_s_ - splice_s_;
  return timed;
}

// Moves to the frame that picture `next_tick_` shows; false after the last picture.
bool VideoReader::advance() {
  while (upcoming_.frame && (upcoming_.tick <= next_tick_ || !current_.frame)) {
    current_ = std::move(upcoming_);
    picture_.reset();
    upcoming_ = decode();
  }
  if (!current_.frame) {
    return false;
  }
  const int64_t total = std::max<int64_t>(tick_of(current_.end_s), 1);
  return upcoming_.frame != nullptr || next_tick_ < total;
}

PicturePtr VideoReader::next() {
  if (!advance()) {
    return nullptr;
  }
  if (!picture_) {
    const AVRational aspect = current_.frame->sample_aspect_ratio.num > 0
                                  ? current_.frame->sample_aspect_ratio
                                  : decoder_->stream().sample_aspect_ratio;
    picture_ = std::make_shared<const Picture>(converter_.convert(*current_.frame, aspect));
  }
  ++next_tick_;
  return picture_;
}

bool VideoReader::skip() {
  const bool there = advance();
  next_tick_ += there ? 1 : 0;
  return there;
}

std::vector<std::string> VideoReader::warnings() const {
  std::vector<std::string> all;
  if (decoder_->broken_packets() > 0) {
    all.push_back(
        std::to_string(decoder_->broken_packets()) + " packets of its pictures are damaged");
  }
  if (spliced_) {
    all.push_back("the times of its pictures jump; they were joined");
  }
  const double announced = decoder_->announced_end();
  const bool ended = !upcoming_.frame;
  if (ended && !spliced_ && announced - file_end_s_ > 0.5) {
    char text[120];
    std::snprintf(
        text,
        sizeof text,
        "its pictures end at %.2f s of %.2f s: the file is cut short or damaged",
        file_end_s_,
        announced);
    all.push_back(text);
  } else if (!decoder_->read_error().empty()) {
    all.push_back("reading its pictures stopped: " + decoder_->read_error());
  }
  return all;
}

}  // namespace sotto::datasets
