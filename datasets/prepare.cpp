#include "datasets/prepare.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "common/error.h"
#include "common/progress.h"
#include "datasets/contact_sheet.h"
#include "datasets/corpora/corpus.h"
#include "datasets/faces/face_models.h"
#include "datasets/prepare_run.h"
#include "datasets/prepare_store.h"

namespace sotto::datasets {
namespace {

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
  std::vector<CorpusItem> items = corpus->list(options.root).items;
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
  PrepareRun run(options, callbacks, journal, std::move(items));
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
