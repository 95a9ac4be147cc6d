#include "datasets/prepare_run.h"

#include <algorithm>
#include <filesystem>
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

Utterance PrepareRun::read(const CorpusItem& item) const {
  UtteranceOptions wanted;
  wanted.video = options_.video;
  wanted.audio = options_.audio;
  wanted.face = face_choice(options_.face);
  wanted.longest_s = options_.longest_s;
  Utterance utterance =
      read_media_utterance((std::filesystem::path(options_.root) / item.source).string(), wanted);
  utterance.id = item.id;
  utterance.source = item.source;
  utterance.text = item.text;
  utterance.words = item.words;
  utterance.talker = item.talker;
  return utterance;
}

void PrepareRun::do_item(const CorpusItem& item) {
  if (!item.skip_reason.empty()) {
    skip(item, item.skip_reason);
    return;
  }
  Utterance utterance;
  try {
    utterance = read(item);
  } catch (const std::exception& failure) {
    skip(item, failure.what());  // one clip's fault; a store that cannot be written is not
    return;
  }
  const std::string clip = "clips/" + item.id + ".mkv";
  const std::filesystem::path path = std::filesystem::path(options_.out) / clip;
  std::filesystem::create_directories(path.parent_path());
  write_clip(path.string(), utterance);
  keep(describe(utterance, clip));
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

void PrepareRun::keep(const ManifestEntry& entry) {
  const std::lock_guard<std::mutex> lock(mutex_);
  journal_.add(entry);
  frames_ += entry.frames;
  if (callbacks_.message) {
    for (const std::string& warning : entry.warnings) {
      callbacks_.message(entry.id + ": " + warning);
    }
  }
  if (callbacks_.clip_done) {
    callbacks_.clip_done(entry.id, entry.frames);
  }
}

}  // namespace sotto::datasets
