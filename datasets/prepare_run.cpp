#include "datasets/prepare_run.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <thread>

#include "common/error.h"
#include "common/interrupt.h"
#include "datasets/media_utterance.h"

namespace sotto::datasets {

void PrepareRun::work() {
  if (callbacks_.start) {
    callbacks_.start(static_cast<int64_t>(items_.size()));
  }
  std::vector<std::thread> threads;
  const size_t jobs = std::min(static_cast<size_t>(options_.jobs), items_.size());
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
}

void PrepareRun::work_thread() {
  try {
    while (!stopped_ && interrupt_signal() == 0) {
      const size_t index = next_++;
      if (index >= items_.size()) {
        return;
      }
      do_item(items_[index]);
    }
  } catch (...) {
    stop(std::current_exception());
  }
}

void PrepareRun::stop(std::exception_ptr failure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  failure_ = failure_ ? failure_ : failure;
}

namespace {

/// Archives repeat the corpus' folders, or have all files in one.
std::string landmarks_of(const std::string& folder, const std::string& source) {
  const std::filesystem::path root(folder);
  std::filesystem::path name(source);
  for (const char* extension : {".pkl", ".npy"}) {
    name.replace_extension(extension);
    for (const auto& path : {root / name, root / name.filename()}) {
      if (std::filesystem::exists(path)) {
        return path.string();
      }
    }
  }
  throw DataError((root / name).string() + ": no landmarks of the clip, nor a .pkl");
}

/// Why no file can have a clip's name; empty if one can.
std::string name_fault(const std::string& id, bool numbered) {
  constexpr size_t kLongest = 200;  // bytes; file systems take 255, a file in the making needs some
  for (const std::filesystem::path& part : std::filesystem::path(id)) {
    if (part.string().size() > kLongest) {
      return "a part of its name is longer than " + std::to_string(kLongest) + " bytes";
    }
    if (part.extension() == ".mkv") {
      return "a part of its name ends in .mkv, as the store's own files do";
    }
  }
  const size_t last = id.find_last_not_of("0123456789");
  const bool like_numbered = last != std::string::npos && last + 1 < id.size() && last >= 4 &&
                             id.compare(last - 4, 5, "_face") == 0;
  return numbered && like_numbered ? "its name is like those that --face all gives" : "";
}

}  // namespace

std::vector<Utterance> PrepareRun::read(const CorpusItem& item) const {
  const std::filesystem::path root(options_.root);
  UtteranceOptions wanted;
  wanted.video = options_.video;
  wanted.audio = options_.audio;
  wanted.face = face_choice(options_.face);
  wanted.crops = crop_list(options_.crops, options_.colour);
  wanted.longest_s = options_.longest_s;
  wanted.most_work_s = options_.clip_time_s;
  wanted.sound = item.sound.empty() ? "" : (root / item.sound).string();
  wanted.begin = item.begin;
  wanted.end = item.end;
  const std::string path = (root / item.source).string();
  if (!options_.landmarks.empty()) {
    wanted.landmarks = landmarks_of(options_.landmarks, item.source);
  }
  std::vector<Utterance> utterances;
  if (wanted.video && wanted.face.rule == FaceChoice::kAll) {
    utterances = read_everybody(path, wanted);
  } else {
    utterances.push_back(read_media_utterance(path, wanted));
  }
  if (frame_count(utterances.front()) < 2) {
    throw DataError(path + ": expected a film of two frames at least, got one");
  }
  for (size_t i = 0; i < utterances.size(); ++i) {
    Utterance& utterance = utterances[i];
    utterance.id = item.id;
    if (wanted.face.rule == FaceChoice::kAll && !utterance.crops.empty()) {
      utterance.id += "_face" + std::to_string(i + 1);  // from the left
    }
    utterance.source = item.source;
    utterance.text = item.text;
    utterance.words = item.words;
    utterance.talker = item.talker;
    utterance.split = item.split;
  }
  return utterances;
}

void PrepareRun::do_item(const CorpusItem& item) {
  if (!item.skip_reason.empty()) {
    skip(item, item.skip_reason);
    return;
  }
  const std::string fault = name_fault(item.id, options_.face == "all");
  if (!fault.empty()) {
    skip(item, fault);
    return;
  }
  std::vector<Utterance> utterances;
  try {
    utterances = read(item);
  } catch (const std::bad_alloc&) {
    throw;  // the machine's fault
  } catch (const std::exception& failure) {
    skip(item, failure.what());  // one clip's fault; a store that cannot be written is not
    return;
  }
  std::vector<ManifestEntry> entries;
  for (const Utterance& utterance : utterances) {
    const std::string clip = "clips/" + utterance.id + ".mkv";
    const std::filesystem::path path = std::filesystem::path(options_.out) / clip;
    std::filesystem::create_directories(path.parent_path());
    write_clip(path.string(), utterance);
    entries.push_back(describe(utterance, clip));
  }
  keep(item.id, entries);
}

void PrepareRun::skip(const CorpusItem& item, const std::string& reason) {
  const std::lock_guard<std::mutex> lock(mutex_);
  journal_.add_skipped({item.id, reason});
  if (callbacks_.message) {
    callbacks_.message(item.id + ": skipped: " + reason);
  }
  if (callbacks_.clip_done) {
    callbacks_.clip_done(item.id, 0);
  }
}

void PrepareRun::keep(const std::string& item, const std::vector<ManifestEntry>& entries) {
  const std::lock_guard<std::mutex> lock(mutex_);
  journal_.add(item, entries);
  int64_t frames = 0;
  for (const ManifestEntry& entry : entries) {
    frames = std::max(frames, entry.frames);
    for (const std::string& warning : entry.warnings) {
      if (callbacks_.message) {
        callbacks_.message(entry.id + ": " + warning);
      }
    }
  }
  frames_ += frames;
  if (callbacks_.clip_done) {
    callbacks_.clip_done(item, frames);
  }
}

}  // namespace sotto::datasets
