#include "datasets/prepare.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "datasets/contact_sheet.h"
#include "datasets/corpora/corpus.h"
#include "datasets/media_utterance.h"
#include "datasets/prepare_store.h"

namespace sotto::datasets {
namespace {

/// One run: what the threads share.
class Run {
 public:
  Run(const PrepareOptions& options,
      const PrepareCallbacks& callbacks,
      PrepareJournal& journal,
      std::vector<CorpusItem> items)
      : options_(options), callbacks_(callbacks), journal_(journal), items_(std::move(items)) {}

  /// Prepares all items. Rethrows what stopped it.
  void work();
  int64_t frames() const { return frames_; }

 private:
  void work_thread();
  void do_item(const CorpusItem& item);
  Utterance read(const CorpusItem& item) const;
  void skip(const CorpusItem& item, const std::string& reason);
  void keep(const ManifestEntry& entry);
  void stop(std::exception_ptr failure);

  const PrepareOptions& options_;
  const PrepareCallbacks& callbacks_;
  PrepareJournal& journal_;
  std::vector<CorpusItem> items_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
  int64_t frames_ = 0;
};

void Run::work() {
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

void Run::work_thread() {
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

void Run::stop(std::exception_ptr failure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  failure_ = failure_ ? failure_ : failure;
}

Utterance Run::read(const CorpusItem& item) const {
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

void Run::do_item(const CorpusItem& item) {
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

void Run::skip(const CorpusItem& item, const std::string& reason) {
  const std::lock_guard<std::mutex> lock(mutex_);
  journal_.add_skipped({item.id, reason});
  if (callbacks_.message) {
    callbacks_.message(item.id + ": skipped: " + reason);
  }
  if (callbacks_.clip_done) {
    callbacks_.clip_done(item.id, 0);
  }
}

void Run::keep(const ManifestEntry& entry) {
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

PrepareReport report_of(const PrepareJournal& journal, int64_t clips, int64_t earlier) {
  PrepareReport report;
  report.clips = clips;
  report.earlier = earlier;
  report.prepared = static_cast<int64_t>(journal.done().size());
  report.skipped = static_cast<int64_t>(journal.skipped().size());
  double near = 0;
  for (const auto& [id, entry] : journal.done()) {
    report.frames += entry.frames;
    near += entry.quality.near_detection * static_cast<double>(entry.frames);
    if (entry.quality.longest_gap > report.longest_gap) {
      report.longest_gap = entry.quality.longest_gap;
      report.longest_gap_id = id;
    }
  }
  report.near_detection = report.frames > 0 ? near / static_cast<double>(report.frames) : 0;
  return report;
}

}  // namespace

void PrepareOptions::visit(OptionVisitor& visitor) {
  visitor.component("corpus", corpus, corpora(), "which corpus, that is how its files lie");
  visitor.field("root", root, "folder of the corpus");
  visitor.field("out", out, "folder of the store");
  visitor.field("jobs", jobs, between(1, 1024), "clips", "clips prepared at a time");
  visitor.field(
      "face", face, {"largest", "left", "right"}, "which face to follow when there are several");
  visitor.field("video", video, "prepare lips");
  visitor.field("audio", audio, "prepare sound");
  visitor.field("longest_s", longest_s, between(0.04, 36000), "s", "longer clips are skipped");
}

void PrepareOptions::validate() const {
  if (!corpus.chosen()) {
    throw ConfigError("corpus: expected the name of a corpus, got none");
  }
  if (root.empty() || out.empty()) {
    throw ConfigError(std::string(root.empty() ? "root" : "out") + ": expected a folder, got none");
  }
  if (!video && !audio) {
    throw ConfigError("video, audio: expected at least one of them");
  }
}

PrepareReport prepare(const PrepareOptions& options, const PrepareCallbacks& callbacks) {
  options.validate();
  const auto corpus = corpora().create(options.corpus);
  std::vector<CorpusItem> items = corpus->list(options.root);
  const PreparedFolder folder(options, corpus->notice());
  PrepareJournal journal(options.out);
  const auto clips = static_cast<int64_t>(items.size());
  const auto earlier = static_cast<int64_t>(journal.done().size());
  items.erase(
      std::remove_if(
          items.begin(), items.end(), [&](const auto& item) { return journal.has(item.id); }),
      items.end());
  if (!items.empty() && options.video) {
    shared_face_models();  // a missing model is no clip's fault
  }
  const auto start = std::chrono::steady_clock::now();
  Run run(options, callbacks, journal, std::move(items));
  run.work();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  PrepareReport report = report_of(journal, clips, earlier);
  if (run.frames() > 0) {
    report.frames_per_second = static_cast<double>(run.frames()) / seconds.count();
  }
  journal.finish();
  write_contact_sheet(
      Store(options.out), (std::filesystem::path(options.out) / "contact_sheet.png").string());
  return report;
}

PrepareCallbacks progress_callbacks() {
  auto progress = std::make_shared<std::unique_ptr<Progress>>();
  PrepareCallbacks callbacks;
  callbacks.start = [progress](int64_t clips) {
    *progress = std::make_unique<Progress>("prepare", clips, "clips");
  };
  callbacks.clip_done = [progress](const std::string& id, int64_t /*frames*/) {
    (*progress)->advance(1, id);
  };
  callbacks.message = [progress](const std::string& line) { (*progress)->print(line); };
  return callbacks;
}

std::string to_text(const PrepareReport& report) {
  char text[400];
  std::snprintf(
      text,
      sizeof text,
      "%lld of %lld clips prepared (%lld of them earlier), %lld skipped; %lld frames, %.0f a "
      "second; %.2f %% of frames within 5 of a detected face, longest gap %lld frames%s%s",
      static_cast<long long>(report.prepared),
      static_cast<long long>(report.clips),
      static_cast<long long>(report.earlier),
      static_cast<long long>(report.skipped),
      static_cast<long long>(report.frames),
      report.frames_per_second,
      100 * report.near_detection,
      static_cast<long long>(report.longest_gap),
      report.longest_gap_id.empty() ? "" : " in ",
      report.longest_gap_id.c_str());
  return text;
}

}  // namespace sotto::datasets
