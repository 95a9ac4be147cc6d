#include "datasets/media/ffmpeg.h"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

#include <filesystem>
#include <mutex>
#include <new>

#include "common/error.h"

namespace sotto::datasets::ffmpeg {
namespace {

// Containers, by libav's names: no playlist (it would open other files), no text, no picture.
constexpr const char* kContainers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,m4v,h264,hevc,ivf,flv,ogg,asf,"
    "mxf,dv,rm,nut,gxf,wtv,yuv4mpegpipe,wav,w64,flac,mp3,aac,ac3,aiff,au,caf,amr,wv,ape,tta";

// More pixels than any camera gives a face reader; larger headers are damage.
constexpr int64_t kMostPixels = int64_t{64} << 20;

void silence_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

void check_is_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw DataError(path + ": no such file");
  }
  if (std::filesystem::is_directory(status)) {
    throw DataError(path + ": expected a media file, got a folder");
  }
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, error) == 0) {
    throw DataError(path + ": expected a media file, got an empty file");
  }
}

}  // namespace

FramePtr make_frame() {
  FramePtr frame(av_frame_alloc());
  if (!frame) {
    throw std::bad_alloc();
  }
  return frame;
}

PacketPtr make_packet() {
  PacketPtr packet(av_packet_alloc());
  if (!packet) {
    throw std::bad_alloc();
  }
  return packet;
}

std::string error_text(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

InputPtr open_input(const std::string& path, bool probe) {
  silence_log();
  check_is_file(path);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  av_dict_set(&options, "format_whitelist", kContainers, 0);
  AVFormatContext* context = nullptr;
  // The prefix keeps names such as "concat:x" or "http:x" plain file names.
  const int opened = avformat_open_input(&context, ("file:" + path).c_str(), nullptr, &options);
  av_dict_free(&options);
  if (opened < 0) {
    throw DataError(
        path + ": expected a video or sound file, got something that cannot be read as one (" +
        error_text(opened) + ")");
  }
  InputPtr input(context);
  if (probe) {
    const int probed = avformat_find_stream_info(input.get(), nullptr);
    if (probed < 0) {
      throw DataError(path + ": cannot find out what is in it (" + error_text(probed) + ")");
    }
  }
  return input;
}

CodecPtr open_decoder(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) {
    return nullptr;
  }
  CodecPtr context(avcodec_alloc_context3(codec));
  if (!context) {
    throw std::bad_alloc();
  }
  if (avcodec_parameters_to_context(context.get(), stream.codecpar) < 0) {
    return nullptr;
  }
  context->pkt_timebase = stream.time_base;
  context->thread_count = 1;
  context->max_pixels = kMostPixels;
  return avcodec_open2(context.get(), codec, nullptr) < 0 ? nullptr : std::move(context);
}

}  // namespace sotto::datasets::ffmpeg
