#include "datasets/synth/synth_run.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "common/error.h"
#include "common/files.h"
#include "common/interrupt.h"
#include "datasets/synth/layout_text.h"
#include "datasets/synth/movie_writer.h"

namespace sotto::datasets::synth {
namespace {

namespace fs = std::filesystem;

/// The words of a spoken clip with the spelling of its transcript.
std::vector<WordTime> as_written(const PlannedClip& clip, std::vector<WordTime> words) {
  const std::vector<TextWord> written = words_of(without_tags(clip.written));
  for (size_t i = 0; written.size() == words.size() && i < words.size(); ++i) {
    words[i].word = written[i].word;
  }
  return words;
}

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  write_file(path.string(), text);
}

}  // namespace

std::string odd_bytes(const std::string& kind, std::string text) {
  if (kind == "byte_order_mark") {
    return "\xEF\xBB\xBF" + text;
  }
  std::string changed;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kind == "crlf" && c == '\n') {
      changed += "\r\n";
    } else if (kind == "latin1" && (c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
      changed += static_cast<char>(((c & 0x03) << 6) | (text[++i] & 0x3F));
    } else {
      changed += text[i];
    }
  }
  return changed;
}

double SynthRun::make(const PlannedClip& clip) const {
  const auto seed = static_cast<uint64_t>(options_.seed);
  ClipOptions wanted;
  wanted.width = options_.width;
  wanted.height = options_.height;
  wanted.rate = frame_rate(options_.fps);
  wanted.seconds = clip.seconds;
  const TalkingClip talking(
      make_talker(seed, clip.talker, language_),
      clip.spoken,
      wanted,
      Random(seed, 0, clip.path).next());
  SpokenClip spoken;
  spoken.frames = talking.frames();
  if (clip.most_frames > 0) {
    spoken.frames = std::min(spoken.frames, clip.most_frames);
  }
  spoken.fps = wanted.rate.per_second();
  spoken.width = wanted.width;
  spoken.height = wanted.height;
  spoken.words = as_written(clip, talking.words());
  spoken.wave = talking.wave();
  if (spoken.frames < talking.frames()) {
    spoken.wave.resize(std::min(
        spoken.wave.size(),
        static_cast<size_t>(
            wanted.rate.seconds(spoken.frames) * static_cast<double>(kSampleRateHz))));
  }
  const fs::path path = fs::path(options_.out) / clip.path;
  fs::create_directories(path.parent_path());
  MovieWriter movie(
      path.string(),
      wanted.width,
      wanted.height,
      wanted.rate,
      clip.sound ? spoken.wave : std::vector<float>());
  for (int64_t k = 0; k < spoken.frames; ++k) {
    movie.add(talking.frame(k));
    spoken.poses.push_back(talking.pose(k));
  }
  // The clip comes last: where it is, all that belongs to it is.
  for (const auto& [file, text] : layout_.beside(clip, spoken)) {
    write_text(fs::path(options_.out) / file, odd_bytes(clip.odd.kind, text));
  }
  movie.finish();
  return wanted.rate.seconds(spoken.frames);
}

void SynthRun::do_clip(const PlannedClip& clip) {
  if (fs::exists(fs::path(options_.out) / clip.path)) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++counts_.earlier;
    return;
  }
  double seconds = 0;
  std::string fault;
  try {
    seconds = make(clip);
  } catch (const UnspokenError& error) {
    fault = error.what();  // of this sentence; a folder that cannot be written is not
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (fault.empty()) {
    ++counts_.made;
    counts_.seconds += seconds;
  } else {
    ++counts_.failed;
    if (callbacks_.message) {
      callbacks_.message(clip.path + ": " + fault);
    }
  }
  if (callbacks_.clip_done) {
    callbacks_.clip_done(clip.path);
  }
}

void SynthRun::work_thread() {
  try {
    while (!stopped_ && interrupt_signal() == 0) {
      const size_t index = next_++;
      if (index >= clips_.size()) {
        return;
      }
      do_clip(clips_[index]);
    }
  } catch (...) {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    failure_ = failure_ ? failure_ : std::current_exception();
  }
}

void SynthRun::work(SynthReport& report) {
  if (callbacks_.start) {
    int64_t left = 0;
    for (const PlannedClip& clip : clips_) {
      left += fs::exists(fs::path(options_.out) / clip.path) ? 0 : 1;
    }
    callbacks_.start(left);
  }
  std::vector<std::thread> threads;
  const size_t jobs = std::min(static_cast<size_t>(options_.jobs), clips_.size());
  for (size_t i = 0; i < jobs; ++i) {
    threads.emplace_back([this] { work_thread(); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  throw_if_interrupted("run the same command again to continue");
  report.made = counts_.made;
  report.earlier = counts_.earlier;
  report.failed = counts_.failed;
  report.seconds = counts_.seconds;
}

}  // namespace sotto::datasets::synth
