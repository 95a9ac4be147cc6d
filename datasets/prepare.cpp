#include "datasets/prepare.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "common/error.h"
#include "common/format_text.h"
#include "common/progress.h"
#include "datasets/corpora/corpus.h"
#include "datasets/crop_list.h"
#include "datasets/faces/face_choice.h"
#include "datasets/faces/face_models.h"
#include "datasets/prepare_report.h"
#include "datasets/prepare_run.h"
#include "datasets/prepare_store.h"

namespace sotto::datasets {
namespace {

/// Every so many-th clip: neighbours are alike in length and cost.
std::vector<CorpusItem> share_of(std::vector<CorpusItem> items, const PreparePart& part) {
  if (part.whole()) {
    return items;
  }
  std::vector<CorpusItem> share;
  for (size_t i = static_cast<size_t>(part.index); i < items.size();
       i += static_cast<size_t>(part.count)) {
    share.push_back(std::move(items[i]));
  }
  return share;
}

PrepareReport report_of(
    const PrepareJournal& journal, const std::vector<std::string>& ids, int64_t earlier) {
  PrepareReport report;
  report.clips = static_cast<int64_t>(ids.size());
  report.earlier = earlier;
  double seen = 0;
  for (const std::string& id : ids) {
    const auto done = journal.done().find(id);
    if (done == journal.done().end()) {
      report.skipped += journal.skipped().count(id) > 0 ? 1 : 0;
      continue;
    }
    const DoneClip& entry = done->second;
    ++report.prepared;
    report.frames += entry.frames;
    seen += entry.face_share * static_cast<double>(entry.frames);
    if (entry.longest_gap > report.longest_gap) {
      report.longest_gap = entry.longest_gap;
      report.longest_gap_id = id;
    }
  }
  report.face_share = report.frames > 0 ? seen / static_cast<double>(report.frames) : 0;
  return report;
}

}  // namespace

void PrepareOptions::visit(OptionVisitor& visitor) {
  visitor.component("corpus", corpus, corpora(), "which corpus, that is how its files lie");
  visitor.field("root", root, "folder of the corpus");
  visitor.field("out", out, "folder of the store");
  visitor.field("jobs", jobs, between(1, 1024), "clips", "clips prepared at a time");
  visitor.field(
      "face", face, "which of several faces: speaking, largest, left, right, all, or 1, 2, ...");
  visitor.field(
      "crops", crops, "squares around the mouth, NAME:SIDE[:PIXELS] on a face of 256x256; lips is 96");
  visitor.field(
      "landmarks", landmarks,
      "folder with landmarks, SOURCE.npy of (T, 68, 2) or SOURCE.pkl for SOURCE.mp4; empty: faces are found");
  visitor.field("colour", colour, "crops in colour rather than grey");
  visitor.field("video", video, "prepare lips");
  visitor.field("audio", audio, "prepare sound");
  visitor.field("longest_s", longest_s, between(0.04, 36000), "s", "longer clips are skipped");
  visitor.field(
      "clip_time_s", clip_time_s, between(0, 1e6), "s",
      "clips that take longer are skipped; 0: none");
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
  face_choice(face);
  crop_list(crops, colour);
}

PrepareReport prepare(const PrepareOptions& options, const PrepareCallbacks& callbacks) {
  options.validate();
  const auto corpus = corpora().create(options.corpus);
  CorpusListing listing = corpus->list(options.root);
  std::vector<CorpusItem> items = share_of(std::move(listing.items), options.part);
  const PreparedFolder folder(options, listing, corpus->notice());
  PrepareJournal journal(options.out, options.part);
  const int64_t relabelled = journal.relabel(items);
  if (relabelled > 0 && callbacks.message) {
    callbacks.message(
        "the corpus has another text, talker or split now for " + std::to_string(relabelled) +
        " of the clips that were prepared earlier; the store takes it over");
  }
  std::vector<std::string> ids;
  int64_t earlier = 0;
  for (const CorpusItem& item : items) {
    ids.push_back(item.id);
    earlier += journal.done().count(item.id) > 0 ? 1 : 0;
  }
  items.erase(
      std::remove_if(
          items.begin(), items.end(), [&](const auto& item) { return journal.has(item.id); }),
      items.end());
  if (!items.empty() && options.video && options.landmarks.empty()) {
    shared_face_models();  // a missing model is no clip's fault
  }
  const auto start = std::chrono::steady_clock::now();
  PrepareRun run(options, callbacks, journal, std::move(items));
  run.work();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  PrepareReport report = report_of(journal, ids, earlier);
  report.notes = std::move(listing.notes);
  report.part = options.part;
  if (run.frames() > 0) {
    report.frames_per_second = static_cast<double>(run.frames()) / seconds.count();
  }
  journal.finish();
  if (options.part.whole()) {
    write_prepare_report(options.out);
  }
  return report;
}

void merge_parts(const std::string& store) {
  const PreparedFolder folder(store);
  merge_journals(store);
  write_prepare_report(store);
  remove_part_journals(store);
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
  std::string text;
  for (const std::string& note : report.notes) {
    text += note + "\n";
  }
  if (!report.part.whole()) {
    text += "part " + report.part.name() + ": ";
  }
  text += format_text(
      "%lld of %lld clips prepared (%lld of them earlier), %lld skipped; %lld frames, %.0f a "
      "second; a face in %.2f %% of frames, longest gap %lld frames%s%s",
      static_cast<long long>(report.prepared),
      static_cast<long long>(report.clips),
      static_cast<long long>(report.earlier),
      static_cast<long long>(report.skipped),
      static_cast<long long>(report.frames),
      report.frames_per_second,
      100 * report.face_share,
      static_cast<long long>(report.longest_gap),
      report.longest_gap_id.empty() ? "" : " in ",
      report.longest_gap_id.c_str());
  if (!report.part.whole()) {
    text += "; when all parts are done: sotto prepare --merge --out STORE";
  }
  return text;
}

}  // namespace sotto::datasets
