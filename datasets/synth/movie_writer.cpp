#include "datasets/synth/movie_writer.h"

extern "C" {
#include <libavutil/log.h>
}

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include "common/error.h"
#include "common/files.h"
#include "datasets/media/ffmpeg.h"
#include "datasets/utterance.h"

namespace sotto::datasets::synth {
namespace {

constexpr const char* kQuality = "20";  // of x264: hardly seen losses
constexpr int64_t kSoundBits = 64000;   // a second

struct Track {
  ffmpeg::CodecPtr encoder;
  AVStream* stream = nullptr;
  int64_t next = 0;  ///< frames or samples encoded so far
};

}  // namespace

struct MovieWriter::Parts {
  std::string path;
  ffmpeg::OutputPtr output;
  ffmpeg::PacketPtr packet = ffmpeg::make_packet();
  ffmpeg::ScalerPtr scaler;
  ffmpeg::FramePtr rgb;
  Track video;
  Track sound;
  std::vector<float> wave;

  ~Parts() {
    if (output && output->pb != nullptr) {
      uint8_t* bytes = nullptr;
      avio_close_dyn_buf(output->pb, &bytes);
      av_free(bytes);
    }
  }

  void check(int result, const char* action) const {
    if (result < 0) {
      throw DataError(path + ": cannot " + action + " (" + ffmpeg::error_text(result) + ")");
    }
  }

  void begin() {
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr), "make a file");
    output.reset(context);
    output->flags |= AVFMT_FLAG_BITEXACT;  // equal clips are equal files
    check(avio_open_dyn_buf(&output->pb), "take memory");
  }

  void new_track(Track& track, const char* codec_name) const {
    const AVCodec* codec = avcodec_find_encoder_by_name(codec_name);
    if (codec == nullptr) {
      throw DataError(path + ": this FFmpeg has no encoder named " + codec_name);
    }
    track.encoder.reset(avcodec_alloc_context3(codec));
    track.stream = avformat_new_stream(output.get(), nullptr);
    if (!track.encoder || track.stream == nullptr) {
      throw std::bad_alloc();
    }
    track.encoder->thread_count = 1;
    track.encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  }

  void open(Track& track, AVDictionary* options) const {
    const int opened = avcodec_open2(track.encoder.get(), nullptr, &options);
    av_dict_free(&options);
    check(opened, "encode");
    check(avcodec_parameters_from_context(track.stream->codecpar, track.encoder.get()), "encode");
    track.stream->time_base = track.encoder->time_base;
  }

  void add_video(int64_t width, int64_t height, FrameRate rate) {
    new_track(video, "libx264");
    const AVRational fps = {static_cast<int>(rate.numerator), static_cast<int>(rate.denominator)};
    video.encoder->width = static_cast<int>(width);
    video.encoder->height = static_cast<int>(height);
    video.encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    video.encoder->framerate = fps;
    video.encoder->time_base = av_inv_q(fps);
    video.stream->avg_frame_rate = fps;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "preset", "veryfast", 0);
    av_dict_set(&options, "crf", kQuality, 0);
    open(video, options);
    scaler.reset(sws_getContext(
        video.encoder->width,
        video.encoder->height,
        AV_PIX_FMT_RGB24,
        video.encoder->width,
        video.encoder->height,
        AV_PIX_FMT_YUV420P,
        SWS_BILINEAR,
        nullptr,
        nullptr,
        nullptr));
    if (!scaler) {
      throw std::bad_alloc();
    }
    rgb = buffer(AV_PIX_FMT_RGB24);
  }

  void add_sound() {
    new_track(sound, "aac");
    sound.encoder->sample_rate = static_cast<int>(kSampleRateHz);
    sound.encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    sound.encoder->bit_rate = kSoundBits;
    sound.encoder->time_base = {1, static_cast<int>(kSampleRateHz)};
    av_channel_layout_default(&sound.encoder->ch_layout, 1);
    open(sound, nullptr);
  }

  ffmpeg::FramePtr buffer(int format) const {
    ffmpeg::FramePtr frame = ffmpeg::make_frame();
    frame->width = video.encoder->width;
    frame->height = video.encoder->height;
    frame->format = format;
    check(av_frame_get_buffer(frame.get(), 0), "take memory");
    return frame;
  }

  void write_packets(Track& track, const AVFrame* frame) {
    check(avcodec_send_frame(track.encoder.get(), frame), "encode");
    while (true) {
      const int received = avcodec_receive_packet(track.encoder.get(), packet.get());
      if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) {
        return;
      }
      check(received, "encode");
      packet->stream_index = track.stream->index;
      if (packet->duration == 0 && &track == &video) {
        packet->duration = 1;
      }
      av_packet_rescale_ts(packet.get(), track.encoder->time_base, track.stream->time_base);
      check(av_interleaved_write_frame(output.get(), packet.get()), "encode");
    }
  }

  /// Encodes sound until it is as far as the pictures, or to its end.
  void sound_until(int64_t samples) {
    const auto total = static_cast<int64_t>(wave.size());
    const int64_t block = sound.encoder ? sound.encoder->frame_size : 0;
    while (sound.next < std::min(samples, total)) {
      ffmpeg::FramePtr frame = ffmpeg::make_frame();
      frame->nb_samples = static_cast<int>(std::min(block, total - sound.next));
      frame->format = AV_SAMPLE_FMT_FLTP;
      frame->sample_rate = static_cast<int>(kSampleRateHz);
      frame->pts = sound.next;
      check(av_channel_layout_copy(&frame->ch_layout, &sound.encoder->ch_layout), "take memory");
      check(av_frame_get_buffer(frame.get(), 0), "take memory");
      std::memcpy(frame->data[0], wave.data() + sound.next, frame->nb_samples * sizeof(float));
      write_packets(sound, frame.get());
      sound.next += frame->nb_samples;
    }
  }
};

MovieWriter::MovieWriter(
    std::string path, int64_t width, int64_t height, FrameRate rate, std::vector<float> wave)
    : path_(std::move(path)), parts_(std::make_unique<Parts>()) {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });  // x264 tells its life
  parts_->path = path_;
  parts_->begin();
  parts_->add_video(width, height, rate);
  parts_->wave = std::move(wave);
  if (!parts_->wave.empty()) {
    parts_->add_sound();
  }
  parts_->check(avformat_write_header(parts_->output.get(), nullptr), "write the header");
}

MovieWriter::~MovieWriter() = default;

void MovieWriter::add(const Picture& picture) {
  Parts& parts = *parts_;
  const AVCodecContext& encoder = *parts.video.encoder;
  if (picture.width != encoder.width || picture.height != encoder.height || picture.channels != 3) {
    throw DataError(path_ + ": expected RGB pictures of one size");
  }
  parts.check(av_frame_make_writable(parts.rgb.get()), "take memory");
  for (int64_t y = 0; y < picture.height; ++y) {
    std::memcpy(
        parts.rgb->data[0] + y * parts.rgb->linesize[0],
        picture.pixels.data() + y * picture.width * 3,
        static_cast<size_t>(picture.width * 3));
  }
  const ffmpeg::FramePtr frame = parts.buffer(AV_PIX_FMT_YUV420P);
  sws_scale(
      parts.scaler.get(),
      parts.rgb->data,
      parts.rgb->linesize,
      0,
      encoder.height,
      frame->data,
      frame->linesize);
  frame->pts = parts.video.next++;
  parts.write_packets(parts.video, frame.get());
  parts.sound_until(av_rescale_q(
      parts.video.next, encoder.time_base, AVRational{1, static_cast<int>(kSampleRateHz)}));
}

void MovieWriter::finish() {
  Parts& parts = *parts_;
  parts.sound_until(static_cast<int64_t>(parts.wave.size()));
  parts.write_packets(parts.video, nullptr);
  if (parts.sound.encoder) {
    parts.write_packets(parts.sound, nullptr);
  }
  parts.check(av_write_trailer(parts.output.get()), "write the end");
  uint8_t* bytes = nullptr;
  const int size = avio_close_dyn_buf(parts.output->pb, &bytes);
  parts.output->pb = nullptr;
  const std::unique_ptr<uint8_t, void (*)(void*)> owner(bytes, av_free);
  write_file(path_, {reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)});
}

}  // namespace sotto::datasets::synth
