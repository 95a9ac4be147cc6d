#pragma once

#include "datasets/media/ffmpeg_compat.h"

extern "C" {
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

/// Owners for libav's objects. For sources under datasets/ only; no public header includes this.
namespace sotto::datasets::ffmpeg {

struct InputCloser {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct OutputCloser {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
struct CodecCloser {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameCloser {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketCloser {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct ScalerCloser {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
struct ResamplerCloser {
  void operator()(SwrContext* context) const { swr_free(&context); }
};

using InputPtr = std::unique_ptr<AVFormatContext, InputCloser>;
using OutputPtr = std::unique_ptr<AVFormatContext, OutputCloser>;
using CodecPtr = std::unique_ptr<AVCodecContext, CodecCloser>;
using FramePtr = std::unique_ptr<AVFrame, FrameCloser>;
using PacketPtr = std::unique_ptr<AVPacket, PacketCloser>;
using ScalerPtr = std::unique_ptr<SwsContext, ScalerCloser>;
using ResamplerPtr = std::unique_ptr<SwrContext, ResamplerCloser>;

FramePtr make_frame();
PacketPtr make_packet();

/// libav's words for one of its error codes.
std::string error_text(int code);

/// Opens a media file of a known container for reading. libav's own messages are silenced.
///
/// @param probe  reads ahead until every stream's properties are known; not needed for a file
///               whose header says everything.
/// @throws DataError naming `path` if it is missing, empty, a folder or no media file. Playlists
///         and network addresses are refused, so that a file never makes us open another.
InputPtr open_input(const std::string& path, bool probe = true);

/// The decoder for one stream, on the calling thread. Null if FFmpeg has none for it.
CodecPtr open_decoder(const AVStream& stream);

}  // namespace sotto::datasets::ffmpeg
