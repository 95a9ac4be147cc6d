#include "datasets/media/media_reader.h"

#include <algorithm>
#include <optional>

#include "common/error.h"
#include "datasets/media/audio_reader.h"
#include "datasets/media/video_reader.h"
#include "datasets/utterance.h"

namespace sotto::datasets {
namespace {

// -1 if there is no such stream. Cover pictures of sound files are no video. Of a store's clip, whose
// crops are a stream each, the lips are meant.
int find_stream(AVFormatContext& input, AVMediaType kind) {
  for (unsigned i = 0; kind == AVMEDIA_TYPE_VIDEO && i < input.nb_streams; ++i) {
    const AVDictionaryEntry* title = av_dict_get(input.streams[i]->metadata, "title", nullptr, 0);
    if (input.streams[i]->codecpar->codec_type == kind && title != nullptr &&
        std::string(title->value) == "lips") {
      return static_cast<int>(i);
    }
  }
  const int index = av_find_best_stream(&input, kind, -1, -1, nullptr, 0);
  if (index < 0 || (input.streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    return -1;
  }
  return index;
}

const char* asked_for(const MediaOptions& options) {
  if (options.video && options.audio) {
    return "pictures or sound";
  }
  return options.video ? "pictures" : "sound";
}

}  // namespace

struct MediaReader::Streams {
  std::unique_ptr<VideoReader> video;
  std::unique_ptr<AudioReader> audio;
  std::vector<std::string> warnings;

  void open_video(const std::string& path, int index, const MediaOptions& options) {
    auto decoder = std::make_unique<StreamDecoder>(ffmpeg::open_input(path), index);
    video = std::make_unique<VideoReader>(std::move(decoder), options.grey, options.max_side);
    if (!video->has_frames()) {
      warnings.emplace_back("none of its pictures can be decoded");
      video.reset();
    }
  }

  void open_audio(const std::string& path, int index, bool own_file) {
    auto decoder = std::make_unique<StreamDecoder>(ffmpeg::open_input(path), index);
    audio = std::make_unique<AudioReader>(std::move(decoder));
    if (!audio->has_sound()) {
      warnings.emplace_back("none of its sound can be decoded");
      audio.reset();
    } else if (video && !own_file) {
      audio->start_at(video->start_s());
    }
  }
};

MediaReader::MediaReader(const std::string& path, const MediaOptions& options)
    : path_(path), streams_(std::make_unique<Streams>()) {
  const ffmpeg::InputPtr input = ffmpeg::open_input(path);
  const int video = options.video ? find_stream(*input, AVMEDIA_TYPE_VIDEO) : -1;
  const bool own_sound = options.audio && !options.sound.empty();
  const ffmpeg::InputPtr sound = own_sound ? ffmpeg::open_input(options.sound) : nullptr;
  AVFormatContext& sound_input = own_sound ? *sound : *input;
  const int audio = options.audio ? find_stream(sound_input, AVMEDIA_TYPE_AUDIO) : -1;
  if (input->duration != AV_NOPTS_VALUE && input->duration > 0) {
    info_.duration_s = static_cast<double>(input->duration) / AV_TIME_BASE;
  }
  if (video >= 0) {
    const AVStream& stream = *input->streams[video];
    info_.width = stream.codecpar->width;
    info_.height = stream.codecpar->height;
    info_.fps = stream.avg_frame_rate.num > 0 ? av_q2d(stream.avg_frame_rate) : 0;
    streams_->open_video(path, video, options);
  }
  if (audio >= 0) {
    info_.sample_rate_hz = sound_input.streams[audio]->codecpar->sample_rate;
    streams_->open_audio(own_sound ? options.sound : path, audio, own_sound);
  }
  info_.has_video = streams_->video != nullptr;
  info_.has_audio = streams_->audio != nullptr;
  if (!info_.has_video && !info_.has_audio) {
    const bool broken = video >= 0 || audio >= 0;
    throw DataError(
        path + ": expected " + asked_for(options) + ", got " +
        (broken ? "nothing that can be decoded" : "a file without"));
  }
  pass_over(options.begin);
  frames_left_ = options.end > 0 ? std::max<int64_t>(0, options.end - options.begin) : -1;
  samples_left_ = frames_left_ * kSamplesPerFrame;
}

void MediaReader::pass_over(int64_t frames) {
  try {
    for (int64_t t = 0; t < frames; ++t) {
      const bool seen = streams_->video && streams_->video->skip();
      const bool heard = streams_->audio && !streams_->audio->read(kSamplesPerFrame).empty();
      if (!seen && !heard) {
        return;
      }
    }
  } catch (const DataError& error) {
    throw DataError(path_ + ": " + error.what());
  }
}

MediaReader::~MediaReader() = default;
MediaReader::MediaReader(MediaReader&&) noexcept = default;

PicturePtr MediaReader::next_frame() {
  if (frames_left_ == 0) {
    return nullptr;
  }
  frames_left_ -= frames_left_ > 0 ? 1 : 0;
  try {
    return streams_->video ? streams_->video->next() : nullptr;
  } catch (const DataError& error) {
    throw DataError(path_ + ": " + error.what());
  }
}

std::vector<float> MediaReader::read_audio(size_t samples) {
  if (samples_left_ >= 0) {
    samples = std::min(samples, static_cast<size_t>(samples_left_));
    samples_left_ -= static_cast<int64_t>(samples);
  }
  try {
    return streams_->audio ? streams_->audio->read(samples) : std::vector<float>();
  } catch (const DataError& error) {
    throw DataError(path_ + ": " + error.what());
  }
}

std::vector<std::string> MediaReader::warnings() const {
  std::vector<std::string> all = streams_->warnings;
  for (const auto& more :
       {streams_->video ? streams_->video->warnings() : std::vector<std::string>(),
        streams_->audio ? streams_->audio->warnings() : std::vector<std::string>()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace sotto::datasets
