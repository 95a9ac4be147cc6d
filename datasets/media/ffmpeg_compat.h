#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
}

#include <cstdint>

/// What differs between FFmpeg 5.1 and 7.1, in one place.
namespace sotto::datasets::ffmpeg {

/// The frame's duration in its stream's time base; 0 if unknown.
inline int64_t frame_duration(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

/// The stream's 3x3 display matrix; null if it has none.
inline const int32_t* display_matrix(const AVStream& stream) {
  constexpr size_t kBytes = 9 * sizeof(int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  const AVPacketSideData* side = av_packet_side_data_get(
      stream.codecpar->coded_side_data,
      stream.codecpar->nb_coded_side_data,
      AV_PKT_DATA_DISPLAYMATRIX);
  return side != nullptr && side->size >= kBytes ? reinterpret_cast<const int32_t*>(side->data)
                                                 : nullptr;
#else
  size_t bytes = 0;
  const uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  return data != nullptr && bytes >= kBytes ? reinterpret_cast<const int32_t*>(data) : nullptr;
#endif
}

}  // namespace sotto::datasets::ffmpeg
