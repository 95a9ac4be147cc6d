#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>

#include "common/error.h"
#include "common/files.h"
#include "datasets/clip_format.h"
#include "datasets/media/ffmpeg.h"
#include "datasets/store.h"

namespace sotto::datasets {
namespace {

/// One stream being encoded into a Matroska file that grows in memory.
struct Track {
  ffmpeg::CodecPtr encoder;
  AVStream* stream = nullptr;
  int64_t next = 0;  ///< pictures or samples encoded so far
  int64_t total = 0;
  const Crop* crop = nullptr;  ///< null for sound
};

class ClipWriter {
 public:
  explicit ClipWriter(const std::string& path) : path_(path), packet_(ffmpeg::make_packet()) {
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "matroska", nullptr), "make a file");
    output_.reset(context);
    output_->flags |= AVFMT_FLAG_BITEXACT;  // equal clips are equal files
    check(avio_open_dyn_buf(&output_->pb), "take memory");
  }
  ~ClipWriter() {
    if (output_ && output_->pb != nullptr) {
      uint8_t* bytes = nullptr;
      avio_close_dyn_buf(output_->pb, &bytes);
      av_free(bytes);
    }
  }
  ClipWriter(const ClipWriter&) = delete;
  ClipWriter& operator=(const ClipWriter&) = delete;

  void add_crop(const std::string& name, const Crop& crop);
  void add_wave(const std::vector<float>& wave);
  std::string encode();

 private:
  void check(int result, const char* action) const {
    if (result < 0) {
      throw DataError(path_ + ": cannot " + action + " (" + ffmpeg::error_text(result) + ")");
    }
  }
  Track& new_track(const char* codec_name);
  void open(Track& track, AVDictionary* options);
  void encode_next(Track& track);
  ffmpeg::FramePtr picture(const Track& track) const;
  ffmpeg::FramePtr sound(const Track& track) const;
  void write_packets(Track& track, const AVFrame* frame);

  std::string path_;
  ffmpeg::OutputPtr output_;
  ffmpeg::PacketPtr packet_;
  std::vector<Track> tracks_;
  const std::vector<float>* wave_ = nullptr;
};

Track& ClipWriter::new_track(const char* codec_name) {
  const AVCodec* codec = avcodec_find_encoder_by_name(codec_name);
  if (codec == nullptr) {
    throw DataError(path_ + ": this FFmpeg has no encoder named " + codec_name);
  }
  Track track;
  track.encoder.reset(avcodec_alloc_context3(codec));
  track.stream = avformat_new_stream(output_.get(), nullptr);
  if (!track.encoder || track.stream == nullptr) {
    throw std::bad_alloc();
  }
  track.encoder->thread_count = 1;
  track.encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  tracks_.push_back(std::move(track));
  return tracks_.back();
}

void ClipWriter::open(Track& track, AVDictionary* options) {
  const int opened = avcodec_open2(track.encoder.get(), nullptr, &options);
  av_dict_free(&options);
  check(opened, "encode");
  check(avcodec_parameters_from_context(track.stream->codecpar, track.encoder.get()), "encode");
  track.stream->time_base = track.encoder->time_base;
}

void ClipWriter::add_crop(const std::string& name, const Crop& crop) {
  Track& track = new_track("ffv1");
  track.crop = &crop;
  track.total = crop.frames;
  track.encoder->width = static_cast<int>(crop.width);
  track.encoder->height = static_cast<int>(crop.height);
  track.encoder->pix_fmt = crop.channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR0;
  track.encoder->time_base = {1, static_cast<int>(kFramesPerSecond)};
  track.encoder->framerate = {static_cast<int>(kFramesPerSecond), 1};
  track.encoder->gop_size = clip_format::kKeyInterval;
  track.stream->avg_frame_rate = track.encoder->framerate;
  av_dict_set(&track.stream->metadata, "title", name.c_str(), 0);
  AVDictionary* options = nullptr;
  for (const auto& option : clip_format::kVideoOptions) {
    av_dict_set(&options, option[0], option[1], 0);
  }
  open(track, options);
}

void ClipWriter::add_wave(const std::vector<float>& wave) {
  wave_ = &wave;
  Track& track = new_track("flac");
  track.total = static_cast<int64_t>(wave.size());
  track.encoder->sample_rate = static_cast<int>(kSampleRateHz);
  track.encoder->sample_fmt = AV_SAMPLE_FMT_S16;
  track.encoder->bits_per_raw_sample = 16;
  track.encoder->time_base = {1, static_cast<int>(kSampleRateHz)};
  av_channel_layout_default(&track.encoder->ch_layout, 1);
  open(track, nullptr);
}

ffmpeg::FramePtr ClipWriter::picture(const Track& track) const {
  const Crop& crop = *track.crop;
  ffmpeg::FramePtr frame = ffmpeg::make_frame();
  frame->width = static_cast<int>(crop.width);
  frame->height = static_cast<int>(crop.height);
  frame->format = track.encoder->pix_fmt;
  frame->pts = track.next;
  check(av_frame_get_buffer(frame.get(), 0), "take memory");
  const uint8_t* from = crop.pixels.data() + track.next * crop.frame_bytes();
  for (int64_t y = 0; y < crop.height; ++y) {
    uint8_t* to = frame->data[0] + y * frame->linesize[0];
    if (crop.channels == 1) {
      std::memcpy(to, from, crop.width);
      from += crop.width;
      continue;
    }
    for (int64_t x = 0; x < crop.width; ++x, from += 3, to += 4) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
      to[3] = 0;
    }
  }
  return frame;
}

ffmpeg::FramePtr ClipWriter::sound(const Track& track) const {
  ffmpeg::FramePtr frame = ffmpeg::make_frame();
  const int64_t block = std::max(track.encoder->frame_size, 1024);
  frame->nb_samples = static_cast<int>(std::min(block, track.total - track.next));
  frame->format = AV_SAMPLE_FMT_S16;
  frame->sample_rate = track.encoder->sample_rate;
  frame->pts = track.next;
  check(av_channel_layout_copy(&frame->ch_layout, &track.encoder->ch_layout), "take memory");
  check(av_frame_get_buffer(frame.get(), 0), "take memory");
  auto* to = reinterpret_cast<int16_t*>(frame->data[0]);
  for (int i = 0; i < frame->nb_samples; ++i) {
    to[i] = clip_format::stored_sample((*wave_)[track.next + i]);
  }
  return frame;
}

void ClipWriter::write_packets(Track& track, const AVFrame* frame) {
  check(avcodec_send_frame(track.encoder.get(), frame), "encode");
  while (true) {
    const int received = avcodec_receive_packet(track.encoder.get(), packet_.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) {
      return;
    }
    check(received, "encode");
    packet_->stream_index = track.stream->index;
    av_packet_rescale_ts(packet_.get(), track.encoder->time_base, track.stream->time_base);
    if (packet_->duration == 0 && track.crop != nullptr) {
      packet_->duration = av_rescale_q(1, track.encoder->time_base, track.stream->time_base);
    }
    check(av_interleaved_write_frame(output_.get(), packet_.get()), "encode");
  }
}

void ClipWriter::encode_next(Track& track) {
  const ffmpeg::FramePtr frame = track.crop != nullptr ? picture(track) : sound(track);
  write_packets(track, frame.get());
  track.next += track.crop != nullptr ? 1 : frame->nb_samples;
}

std::string ClipWriter::encode() {
  check(avformat_write_header(output_.get(), nullptr), "write the header");
  while (true) {
    Track* behind = nullptr;  // the track whose next picture or sound comes first in time
    for (Track& track : tracks_) {
      const bool earlier =
          behind == nullptr ||
          av_compare_ts(
              track.next, track.encoder->time_base, behind->next, behind->encoder->time_base) < 0;
      if (track.next < track.total && earlier) {
        behind = &track;
      }
    }
    if (behind == nullptr) {
      break;
    }
    encode_next(*behind);
  }
  for (Track& track : tracks_) {
    write_packets(track, nullptr);
  }
  check(av_write_trailer(output_.get()), "write the end");
  uint8_t* bytes = nullptr;
  const int size = avio_close_dyn_buf(output_->pb, &bytes);
  output_->pb = nullptr;
  std::string file(reinterpret_cast<const char*>(bytes), size);
  av_free(bytes);
  return file;
}

void check_crop(const std::string& path, const std::string& name, const Crop& crop) {
  const bool sizes = crop.frames > 0 && crop.height > 0 && crop.width > 0 &&
                     crop.height <= clip_format::kLargestSide &&
                     crop.width <= clip_format::kLargestSide &&
                     (crop.channels == 1 || crop.channels == 3);
  if (!sizes || static_cast<int64_t>(crop.pixels.size()) != crop.frames * crop.frame_bytes()) {
    throw DataError(path + ": crop \"" + name + "\": expected (T, H, W) or (T, H, W, 3) pictures");
  }
}

}  // namespace

void write_clip(const std::string& path, const Utterance& utterance) {
  if (utterance.crops.empty() && utterance.wave.empty()) {
    throw DataError(path + ": expected pictures or sound, got an empty utterance");
  }
  ClipWriter writer(path);
  for (const auto& [name, crop] : utterance.crops) {
    check_crop(path, name, crop);
    writer.add_crop(name, crop);
  }
  if (!utterance.wave.empty()) {
    writer.add_wave(utterance.wave);
  }
  write_file(path, writer.encode());
}

}  // namespace sotto::datasets
