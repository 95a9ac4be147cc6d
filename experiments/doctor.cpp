#include "experiments/doctor.h"

#include <algorithm>
#include <map>

#include "common/error.h"
#include "common/files.h"
#include "common/format_text.h"
#include "common/interrupt.h"
#include "datasets/shards/shard.h"
#include "experiments/doctor_checks.h"
#include "experiments/doctor_clips.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

constexpr size_t kMostCandidates = 200;

/// The inputs that clips are measured with: the model's, if the first clip with pictures has the crop
/// that it reads.
datasets::InputOptions check_crop(
    const datasets::Store& store, const DoctorModel& model, Findings& findings) {
  const auto first = std::find_if(
      store.manifest().begin(), store.manifest().end(),
      [](const ManifestEntry& entry) { return entry.frames > 0; });
  if (first == store.manifest().end() || !model.lips) {
    return {};
  }
  datasets::Utterance utterance;
  try {
    utterance = store.load(*first);
  } catch (const Error&) {  // told where clips are opened
    return model.inputs;
  }
  try {
    datasets::crop_to_read(utterance, model.inputs, first->id);
    return model.inputs;
  } catch (const DataError& fault) {
    findings.push_back(
        {Severity::kSerious,
         "crops",
         fault.what(),
         "prepare the store again with the crop that the model reads",
         {}});
    return {};
  }
}

/// Opens clips spread over the store; those that cannot be read are a finding.
std::vector<ClipMeasures> open_clips(
    const datasets::Store& store,
    const DoctorOptions& options,
    const datasets::InputOptions& inputs,
    Findings& findings) {
  const auto& manifest = store.manifest();
  const auto total = std::min(static_cast<int64_t>(manifest.size()), options.clips);
  std::vector<ClipMeasures> clips;
  std::vector<std::string> damaged;
  std::string reason;
  for (int64_t i = 0; i < total; ++i) {
    throw_if_interrupted("nothing was written");
    const auto place = static_cast<size_t>(i * static_cast<int64_t>(manifest.size()) / total);
    try {
      clips.push_back(measure_clip(store.load(manifest[place]), inputs));
    } catch (const Error& fault) {
      reason = damaged.empty() ? fault.what() : reason;
      damaged.push_back(manifest[place].id);
    }
    if (options.progress) {
      options.progress("clips", total, i + 1);
    }
  }
  if (!damaged.empty()) {
    findings.push_back(
        {Severity::kSerious,
         "unreadable clips",
         share_text(static_cast<int64_t>(damaged.size()), total, "opened clips") +
             " cannot be read: " + some_of(damaged) + "; the first: " + reason,
         "prepare or pack again what is damaged",
         {{"share_unreadable", share_of(static_cast<int64_t>(damaged.size()), total)}}});
  }
  return clips;
}

std::string content_sum(const datasets::Utterance& utterance) {
  Checksum sum;
  for (const auto& [name, crop] : utterance.crops) {
    sum.add(name.data(), name.size());
    sum.add(crop.pixels.data(), crop.pixels.size());
  }
  sum.add(utterance.wave.data(), utterance.wave.size() * sizeof(float));
  return sum.hex();
}

}  // namespace

void check_duplicates(const datasets::Store& store, Findings& findings) {
  std::map<std::string, std::vector<const ManifestEntry*>> alike;
  for (const ManifestEntry& entry : store.manifest()) {
    alike
        [format_text(
             "%lld %lld ",
             static_cast<long long>(entry.frames),
             static_cast<long long>(entry.samples)) +
         entry.talker + "\n" + entry.text]
            .push_back(&entry);
  }
  std::vector<std::string> twice;
  size_t opened = 0;
  for (const auto& [key, entries] : alike) {
    std::map<std::string, std::string> seen;
    for (const ManifestEntry* entry : entries) {
      if (entries.size() < 2 || opened >= kMostCandidates) {
        break;
      }
      ++opened;
      try {
        const auto [first, fresh] = seen.emplace(content_sum(store.load(*entry)), entry->id);
        if (!fresh) {
          twice.push_back(entry->id + " = " + first->second);
        }
      } catch (const Error&) {  // told where clips are opened
      }
    }
  }
  if (!twice.empty()) {
    findings.push_back(
        {Severity::kLook,
         "duplicates",
         std::to_string(twice.size()) + " clips stand in the store twice: " + some_of(twice),
         "leave one of each out, above all where one is trained on and one tested",
         {{"duplicates", static_cast<double>(twice.size())}}});
  }
}

void check_shards(const datasets::Store& store, const DoctorOptions& options, Findings& findings) {
  std::map<std::string, std::vector<std::string>> lines;
  for (const ManifestEntry& entry : store.manifest()) {
    if (datasets::Store::is_packed(entry)) {
      lines[entry.clip].push_back(datasets::to_json_line(entry));
    }
  }
  std::vector<std::string> faults;
  int64_t done = 0;
  for (const auto& [name, wanted] : lines) {
    throw_if_interrupted("nothing was written");
    const std::string path = store.path() + "/" + name;
    try {
      datasets::Shard::verify(path);
      if (datasets::Shard::manifest_lines(path) != wanted) {
        faults.push_back(path + ": was packed with other texts than manifest.jsonl has");
      }
    } catch (const Error& fault) {
      faults.emplace_back(fault.what());
    }
    if (options.progress) {
      options.progress("shards", static_cast<int64_t>(lines.size()), ++done);
    }
  }
  if (lines.empty()) {
    return;
  }
  const auto total = static_cast<int64_t>(lines.size());
  if (faults.empty()) {
    findings.push_back(
        {Severity::kFine,
         "shards",
         share_text(total, total, "shards") + " have their checksum",
         "",
         {}});
  } else {
    findings.push_back(
        {Severity::kSerious,
         "shards",
         share_text(static_cast<int64_t>(faults.size()), total, "shards") + " are damaged; " +
             faults.front(),
         "when all are deleted, sotto pack writes them again",
         {{"damaged", static_cast<double>(faults.size())}}});
  }
}

DoctorReport examine_store(const DoctorOptions& options, const DoctorModel* model) {
  const datasets::Store store(options.store);
  const Manifest& manifest = store.manifest();
  DoctorReport report;
  report.store = options.store;
  report.model = model != nullptr ? model->name : "";
  report.clips = static_cast<int64_t>(manifest.size());
  if (manifest.empty()) {
    report.findings.push_back(
        {Severity::kSerious, "clips", "the store holds none", "look at its skipped.jsonl", {}});
    return report;
  }
  Findings& findings = report.findings;
  check_rates(manifest, findings);
  check_streams(manifest, model, findings);
  check_faces(manifest, findings);
  check_lengths(manifest, model, findings);
  check_preparation(store, findings);
  check_texts(manifest, model, findings);
  if (model != nullptr) {
    check_tokens(manifest, *model, findings);
    check_decoding(*model, findings);
  }
  check_shards(store, options, findings);
  check_duplicates(store, findings);
  const datasets::InputOptions inputs =
      model != nullptr ? check_crop(store, *model, findings) : datasets::InputOptions();
  const std::vector<ClipMeasures> clips = open_clips(store, options, inputs, findings);
  report.opened = static_cast<int64_t>(clips.size());
  check_pictures(clips, model, findings);
  check_sync(clips, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return static_cast<int>(a.severity) < static_cast<int>(b.severity);
  });
  return report;
}

}  // namespace sotto::experiments
