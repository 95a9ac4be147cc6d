#include <cstring>

#include "common/error.h"
#include "datasets/clip_format.h"
#include "datasets/media/ffmpeg.h"
#include "datasets/store.h"

namespace sotto::datasets {
namespace {

/// Where the decoded frames of one stream go.
struct Track {
  ffmpeg::CodecPtr decoder;
  Crop* crop = nullptr;  ///< null for sound
};

class ClipReader {
 public:
  ClipReader(const std::string& path, Utterance& utterance)
      : path_(path),
        utterance_(utterance),
        input_(ffmpeg::open_input(path, false)),
        packet_(ffmpeg::make_packet()),
        frame_(ffmpeg::make_frame()) {}

  void read();

 private:
  [[noreturn]] void damaged(const std::string& what) const {
    throw DataError(path_ + ": " + what + "; delete it and run sotto prepare again");
  }
  void open_tracks();
  void decode(Track& track, const AVPacket* packet);
  void take_picture(Crop& crop);
  void take_sound();

  std::string path_;
  Utterance& utterance_;
  ffmpeg::InputPtr input_;
  ffmpeg::PacketPtr packet_;
  ffmpeg::FramePtr frame_;
  std::vector<Track> tracks_;
};

void ClipReader::open_tracks() {
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    const AVStream& stream = *input_->streams[i];
    const AVCodecParameters& codec = *stream.codecpar;
    Track track;
    if (codec.codec_id == AV_CODEC_ID_FFV1) {
      const AVDictionaryEntry* title = av_dict_get(stream.metadata, "title", nullptr, 0);
      track.crop = &utterance_.crops[title != nullptr ? title->value : "lips"];
      track.crop->height = codec.height;
      track.crop->width = codec.width;
      const bool possible = codec.height > 0 && codec.width > 0 &&
                            codec.height <= clip_format::kLargestSide &&
                            codec.width <= clip_format::kLargestSide;
      if (!possible) {
        damaged("its pictures have an impossible size");
      }
    } else if (codec.codec_id != AV_CODEC_ID_FLAC) {
      damaged("expected a prepared clip (FFV1 and FLAC in Matroska), got another media file");
    }
    track.decoder = ffmpeg::open_decoder(stream);
    if (!track.decoder) {
      damaged("its streams cannot be decoded");
    }
    track.decoder->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
    tracks_.push_back(std::move(track));
  }
}

void ClipReader::take_picture(Crop& crop) {
  const bool grey = frame_->format == AV_PIX_FMT_GRAY8;
  if (frame_->height != crop.height || frame_->width != crop.width ||
      (!grey && frame_->format != AV_PIX_FMT_BGR0)) {
    damaged("its pictures change their format");
  }
  crop.channels = grey ? 1 : 3;
  const size_t before = crop.pixels.size();
  if (static_cast<int64_t>(before) > clip_format::kMostBytes) {
    damaged("it is longer than any utterance");
  }
  crop.pixels.resize(before + crop.frame_bytes());
  uint8_t* to = crop.pixels.data() + before;
  for (int64_t y = 0; y < crop.height; ++y) {
    const uint8_t* from = frame_->data[0] + y * frame_->linesize[0];
    if (grey) {
      std::memcpy(to, from, crop.width);
      to += crop.width;
      continue;
    }
    for (int64_t x = 0; x < crop.width; ++x, from += 4, to += 3) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
    }
  }
  ++crop.frames;
}

void ClipReader::take_sound() {
  if (frame_->format != AV_SAMPLE_FMT_S16 || frame_->ch_layout.nb_channels != 1 ||
      frame_->sample_rate != kSampleRateHz) {
    damaged("expected 16 kHz mono sound");
  }
  const auto* from = reinterpret_cast<const int16_t*>(frame_->data[0]);
  std::vector<float>& wave = utterance_.wave;
  const size_t before = wave.size();
  wave.resize(before + frame_->nb_samples);
  for (int i = 0; i < frame_->nb_samples; ++i) {
    wave[before + i] = static_cast<float>(from[i]) / clip_format::kSoundScale;
  }
}

void ClipReader::decode(Track& track, const AVPacket* packet) {
  if (avcodec_send_packet(track.decoder.get(), packet) < 0) {
    damaged("it is damaged");
  }
  while (true) {
    const int received = avcodec_receive_frame(track.decoder.get(), frame_.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) {
      return;
    }
    if (received < 0) {
      damaged("it is damaged");
    }
    if (track.crop != nullptr) {
      take_picture(*track.crop);
    } else {
      take_sound();
    }
  }
}

void ClipReader::read() {
  open_tracks();
  int result = 0;
  while ((result = av_read_frame(input_.get(), packet_.get())) >= 0) {
    const size_t index = packet_->stream_index;
    if (index < tracks_.size()) {
      decode(tracks_[index], packet_.get());
    }
    av_packet_unref(packet_.get());
  }
  if (result != AVERROR_EOF) {
    damaged("it is damaged");
  }
  for (Track& track : tracks_) {
    decode(track, nullptr);
  }
}

}  // namespace

Utterance read_clip(const std::string& path) {
  Utterance utterance;
  ClipReader(path, utterance).read();
  return utterance;
}

}  // namespace sotto::datasets
