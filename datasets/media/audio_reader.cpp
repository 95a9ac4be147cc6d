#include "datasets/media/audio_reader.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/error.h"
#include "datasets/utterance.h"

namespace sotto::datasets {
namespace {

// Containers with times in whole milliseconds jitter by less than this; a true hole is longer.
constexpr int64_t kTolerance = kSampleRateHz / 20;

}  // namespace

AudioReader::AudioReader(std::unique_ptr<StreamDecoder> decoder) : decoder_(std::move(decoder)) {
  const AVFrame* frame = decoder_->next();
  if (frame != nullptr) {
    waiting_.reset(av_frame_clone(frame));
    has_sound_ = true;
    const double stamp = decoder_->seconds(*frame);
    first_s_ = std::isnan(stamp) ? 0 : stamp;
    start_s_ = first_s_;
  }
}

void AudioReader::open_resampler(const AVFrame& frame) {
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  AVChannelLayout from = {};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&from, frame.ch_layout.nb_channels);
  } else {
    av_channel_layout_copy(&from, &frame.ch_layout);
  }
  SwrContext* context = nullptr;
  int result = swr_alloc_set_opts2(
      &context,
      &mono,
      AV_SAMPLE_FMT_FLT,
      static_cast<int>(kSampleRateHz),
      &from,
      static_cast<AVSampleFormat>(frame.format),
      frame.sample_rate,
      0,
      nullptr);
  resampler_.reset(context);
  if (result >= 0) {
    // Keeps the mix of the channels within [-1, 1]: for stereo their mean.
    av_opt_set_double(context, "rematrix_maxval", 1.0, 0);
    result = swr_init(context);
  }
  av_channel_layout_uninit(&from);
  if (result < 0) {
    throw DataError("its sound cannot be resampled (" + ffmpeg::error_text(result) + ")");
  }
  input_rate_hz_ = frame.sample_rate;
  input_format_ = frame.format;
  input_channels_ = frame.ch_layout.nb_channels;
}

void AudioReader::append(const float* samples, int64_t count) {
  const int64_t cut = std::min(cut_, count);
  cut_ -= cut;
  made_ += count - cut;
  for (int64_t n = cut; n < count; ++n) {
    // Lossy codecs overshoot where the recording was at full scale; NaN comes from damage.
    ready_.push_back(std::isnan(samples[n]) ? 0.0F : std::clamp(samples[n], -1.0F, 1.0F));
  }
}

void AudioReader::drain() {
  if (!resampler_) {
    return;
  }
  std::vector<float> out(4096);
  int got = 0;
  do {
    auto* plane = reinterpret_cast<uint8_t*>(out.data());
    got = swr_convert(resampler_.get(), &plane, static_cast<int>(out.size()), nullptr, 0);
    append(out.data(), std::max(got, 0));
  } while (got > 0);
  resampler_.reset();
}

// Finds what hole in the times is to be filled with silence first, or what overlaps and is cut.
void AudioReader::align(const AVFrame& frame) {
  const double stamp = decoder_->seconds(frame);
  const double seconds = std::isnan(stamp) ? 0 : stamp - start_s_ + splice_s_;
  const bool first = first_pending_;
  if (std::isnan(stamp) && !first) {
    return;
  }
  const int64_t waiting = resampler_ ? swr_get_delay(resampler_.get(), kSampleRateHz) : 0;
  const int64_t at = made_ - cut_ + waiting;
  const int64_t missing = std::llround(seconds * kSampleRateHz) - at;
  if (!first && std::llabs(missing) <= kTolerance) {
    return;
  }
  const double missing_s = static_cast<double>(missing) / kSampleRateHz;
  const bool steady = decoder_->is_steady(missing_s, stamp);
  if (!first && !steady) {
    splice_s_ -= missing_s;
    spliced_ = true;
    return;
  }
  if (missing > 0) {
    drain();
    silence_ = steady ? missing : std::min<int64_t>(missing, kSampleRateHz * 600);
  } else {
    cut_ -= missing;
  }
}

/// @return false if silence comes before it
bool AudioReader::resample(const AVFrame& frame) {
  const bool changed = frame.sample_rate != input_rate_hz_ || frame.format != input_format_ ||
                       frame.ch_layout.nb_channels != input_channels_;
  if (changed) {
    drain();
  }
  align(frame);
  first_pending_ = false;
  if (silence_ > 0) {
    return false;
  }
  if (!resampler_) {
    open_resampler(frame);
  }
  std::vector<float> out(swr_get_out_samples(resampler_.get(), frame.nb_samples) + 16);
  auto* plane = reinterpret_cast<uint8_t*>(out.data());
  const auto** in = const_cast<const uint8_t**>(frame.extended_data);
  const int got =
      swr_convert(resampler_.get(), &plane, static_cast<int>(out.size()), in, frame.nb_samples);
  append(out.data(), std::max(got, 0));
  file_end_s_ = decoder_->seconds(frame) + static_cast<double>(frame.nb_samples) / input_rate_hz_;
  return true;
}

bool AudioReader::decode_more() {
  if (silence_ > 0) {
    const std::vector<float> some(std::min<int64_t>(silence_, kSampleRateHz), 0.0F);
    append(some.data(), static_cast<int64_t>(some.size()));
    silence_ -= static_cast<int64_t>(some.size());
    return true;
  }
  if (ended_) {
    return false;
  }
  const AVFrame* frame = waiting_ ? waiting_.get() : decoder_->next();
  if (frame == nullptr) {
    drain();
    ended_ = true;
    return false;
  }
  if (frame->sample_rate > 0 && frame->nb_samples > 0 && !resample(*frame)) {
    if (!waiting_) {
      waiting_.reset(av_frame_clone(frame));
    }
    return true;
  }
  waiting_.reset();
  first_pending_ = false;
  return true;
}

std::vector<float> AudioReader::read(size_t samples) {
  while (ready_.size() - ready_from_ < samples && decode_more()) {
  }
  const size_t count = std::min(samples, ready_.size() - ready_from_);
  std::vector<float> out(ready_.begin() + ready_from_, ready_.begin() + ready_from_ + count);
  ready_from_ += count;
  if (ready_from_ > size_t{1} << 16 || ready_from_ == ready_.size()) {
    ready_.erase(ready_.begin(), ready_.begin() + ready_from_);
    ready_from_ = 0;
  }
  return out;
}

std::vector<std::string> AudioReader::warnings() const {
  std::vector<std::string> all;
  if (decoder_->broken_packets() > 0) {
    all.push_back(std::to_string(decoder_->broken_packets()) + " packets of its sound are damaged");
  }
  if (spliced_) {
    all.push_back("the times of its sound jump; it was joined");
  }
  const double announced = decoder_->announced_end();
  if (ended_ && !spliced_ && announced - file_end_s_ > 0.5) {
    char text[120];
    std::snprintf(
        text,
        sizeof text,
        "its sound ends at %.2f s of %.2f s: the file is cut short or damaged",
        file_end_s_,
        announced);
    all.push_back(text);
  } else if (!decoder_->read_error().empty()) {
    all.push_back("reading its sound stopped: " + decoder_->read_error());
  }
  return all;
}

}  // namespace sotto::datasets
