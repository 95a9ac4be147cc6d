#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"
#include "experiments/doctor_checks.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;
using nlohmann::json;

constexpr double kSlowest = 20;       // frames a second: below, pictures are missing
constexpr double kFewest = 0.4;       // seconds of a clip
constexpr double kLongest = 24;       // seconds, where the model does not say it
constexpr double kFastestWords = 8;   // a second
constexpr double kFaceShare = 0.5;    // of the frames
constexpr int64_t kLongestGap = 25;   // frames
constexpr double kSmallestFace = 60;  // pixels
constexpr size_t kMostNotes = 8;

double seconds_of_entry(const ManifestEntry& entry) {
  return datasets::seconds_of(datasets::frame_count(entry));
}

int64_t words_of(const std::string& text) {
  std::istringstream stream(text);
  int64_t words = 0;
  for (std::string word; stream >> word;) {
    ++words;
  }
  return words;
}

/// Store.json, or nothing where it is missing or damaged.
json read_json(const std::string& path) {
  std::ifstream file(path);
  return json::parse(file, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

void check_rates(const Manifest& manifest, Findings& findings) {
  std::map<double, int64_t> rates;
  int64_t known = 0;
  int64_t with_lips = 0;
  int64_t other = 0;
  int64_t slow = 0;
  for (const ManifestEntry& entry : manifest) {
    with_lips += entry.frames > 0 ? 1 : 0;
    if (entry.frames == 0 || entry.quality.source_fps <= 0) {
      continue;
    }
    const double fps = std::round(100 * entry.quality.source_fps) / 100;
    ++known;
    ++rates[fps];
    other += std::abs(fps - datasets::kFramesPerSecond) > 0.1 ? 1 : 0;
    slow += fps < kSlowest ? 1 : 0;
  }
  if (with_lips == 0) {
    return;
  }
  Finding finding{Severity::kFine, "frame rates", ""};
  finding.numbers = {
      {"share_not_25", share_of(other, known)}, {"share_slow", share_of(slow, known)}};
  if (known == 0) {
    finding.severity = Severity::kNote;
    finding.found = "the store does not know at how many frames a second its clips were filmed";
  } else if (other == 0) {
    finding.found = "all clips were filmed at 25 frames a second";
  } else {
    finding.severity = share_of(slow, known) > 0.1
                           ? Severity::kSerious
                           : (share_of(other, known) >= 0.01 ? Severity::kLook : Severity::kNote);
    finding.found = share_text(other, known) +
                    " were not filmed at 25 frames a second and were "
                    "resampled by their times:";
    std::vector<std::pair<int64_t, double>> most;
    for (const auto& [fps, count] : rates) {
      most.emplace_back(count, fps);
    }
    std::sort(most.rbegin(), most.rend());
    for (size_t i = 0; i < std::min<size_t>(most.size(), 5); ++i) {
      finding.found += format_text(
          "%s %lld at %g",
          i == 0 ? "" : ",",
          static_cast<long long>(most[i].first),
          most[i].second);
    }
    finding.fix =
        slow > 0
            ? share_text(slow, known) +
                  " have fewer than 20: lips are lost between pictures; "
                  "film again at 25 or more, or leave them out (--list)"
            : "pictures are dropped or repeated; score these clips apart (--list) before other "
              "causes are looked for, and train on rates that will be met";
  }
  findings.push_back(finding);
}

void check_streams(const Manifest& manifest, const DoctorModel* model, Findings& findings) {
  int64_t lips = 0;
  int64_t sound = 0;
  for (const ManifestEntry& entry : manifest) {
    lips += entry.frames > 0 ? 1 : 0;
    sound += entry.samples > 0 ? 1 : 0;
  }
  const auto total = static_cast<int64_t>(manifest.size());
  const bool unusable = model != nullptr && ((model->lips && !model->sound && lips == 0) ||
                                             (model->sound && !model->lips && sound == 0));
  Finding finding{Severity::kFine, "lips and sound", ""};
  finding.numbers = {
      {"share_lips", share_of(lips, total)}, {"share_sound", share_of(sound, total)}};
  finding.found = share_text(lips, total) + " have lips, " + share_text(sound, total) + " sound";
  if (unusable) {
    finding.severity = Severity::kSerious;
    finding.found += std::string("; the model takes only ") + (model->lips ? "lips" : "sound");
    finding.fix = "prepare again with " + std::string(model->lips ? "video" : "sound") +
                  ", or take a model of the other kind";
  } else if ((lips > 0 && lips < total) || (sound > 0 && sound < total)) {
    finding.severity = Severity::kNote;
    finding.fix = "clips that lack a stream count in the averages of both; --list chooses";
  }
  findings.push_back(finding);
}

void check_faces(const Manifest& manifest, Findings& findings) {
  std::vector<std::string> bad;
  int64_t known = 0;
  for (const ManifestEntry& entry : manifest) {
    if (entry.frames == 0 || entry.quality.face_width <= 0) {
      continue;  // sound alone, or pictures that were mouths already
    }
    ++known;
    if (entry.quality.face_share < kFaceShare || entry.quality.longest_gap > kLongestGap ||
        entry.quality.face_width < kSmallestFace) {
      bad.push_back(entry.id);
    }
  }
  if (known == 0) {
    return;
  }
  const auto count = static_cast<int64_t>(bad.size());
  const double share = share_of(count, known);
  Finding finding{Severity::kFine, "faces", ""};
  finding.numbers = {{"share_badly_seen", share}};
  finding.found = share_text(count, known) +
                  " have a face in less than half of their frames, none for over a second, or one "
                  "narrower than "
                  "60 pixels";
  if (count > 0) {
    finding.severity =
        share > 0.2 ? Severity::kSerious : (share > 0.02 ? Severity::kLook : Severity::kNote);
    finding.found += ": " + some_of(bad);
    finding.fix =
        "look at them (sotto prepare writes sheets of pictures) and leave out what shows no "
        "lips";
  }
  findings.push_back(finding);
}

void check_lengths(const Manifest& manifest, const DoctorModel* model, Findings& findings) {
  const bool from_model = model != nullptr && model->longest_s > 0;
  const double limit = from_model ? model->longest_s : kLongest;
  std::vector<std::string> too_long;
  std::vector<std::string> too_short;
  std::vector<std::string> too_fast;
  double longest = 0;
  for (const ManifestEntry& entry : manifest) {
    const double length = seconds_of_entry(entry);
    longest = std::max(longest, length);
    if (length > limit + 1e-6) {
      too_long.push_back(entry.id);
    }
    if (length < kFewest) {
      too_short.push_back(entry.id);
    }
    if (static_cast<double>(words_of(entry.text)) > std::max(2.0, kFastestWords * length)) {
      too_fast.push_back(entry.id);
    }
  }
  const auto total = static_cast<int64_t>(manifest.size());
  const auto add = [&](const std::vector<std::string>& ids,
                       const std::string& what,
                       const std::string& fix,
                       double serious_share,
                       const char* number) {
    const double share = share_of(static_cast<int64_t>(ids.size()), total);
    const Severity severity = share > serious_share ? Severity::kSerious : Severity::kLook;
    findings.push_back(
        {severity,
         "lengths",
         share_text(static_cast<int64_t>(ids.size()), total) + " " + what + ": " + some_of(ids),
         fix,
         {{number, share}}});
  };
  if (!too_fast.empty()) {
    add(too_fast,
        "have more than 8 words a second",
        "their texts are probably of other clips, or the clips are cut off: look at them",
        0.02,
        "share_too_fast");
  }
  if (!too_short.empty()) {
    add(too_short, "are shorter than 0.4 s", "leave them out (--list)", 0.2, "share_too_short");
  }
  if (!too_long.empty()) {
    add(too_long,
        format_text("are longer than %.1f s", limit) +
            (from_model ? ", the longest that the model was trained on" : ""),
        "cut them at pauses, or expect a long memory of training steps and worse reading",
        from_model ? 0.2 : 2,
        "share_too_long");
  }
  if (too_fast.empty() && too_short.empty() && too_long.empty()) {
    findings.push_back(
        {Severity::kFine,
         "lengths",
         format_text(
             "none is shorter than 0.4 s or longer than %.1f s; the longest has %.1f s",
             limit,
             longest),
         "",
         {{"longest_s", longest}}});
  }
}

void check_preparation(const datasets::Store& store, Findings& findings) {
  const std::filesystem::path folder(store.path());
  const json description = read_json((folder / "store.json").string());
  if (description.is_object()) {
    const json notes = description.value("notes", json::array());
    size_t told = 0;
    for (const json& note : notes.is_array() ? notes : json::array()) {
      if (note.is_string() && told++ < kMostNotes) {
        findings.push_back({Severity::kLook, "the corpus", note.get<std::string>(), "", {}});
      }
    }
    if (description.contains("text_rules") && description["text_rules"].is_string() &&
        !description["text_rules"].get<std::string>().empty()) {
      findings.push_back(
          {Severity::kNote,
           "text rules",
           "texts were made by the rules " + description["text_rules"].get<std::string>(),
           "compare error rates only with those of the same rules",
           {}});
    }
  }
  std::ifstream file(folder / "skipped.jsonl");
  std::vector<std::string> skipped;
  for (std::string line; std::getline(file, line);) {
    const json entry = json::parse(line, nullptr, false);
    if (entry.is_object() && entry.contains("id") && entry["id"].is_string()) {
      skipped.push_back(entry["id"].get<std::string>());
    }
  }
  if (!skipped.empty()) {
    const auto count = static_cast<int64_t>(skipped.size());
    const int64_t total = count + static_cast<int64_t>(store.manifest().size());
    const double share = share_of(count, total);
    findings.push_back(
        {share > 0.2 ? Severity::kSerious : (share > 0.02 ? Severity::kLook : Severity::kNote),
         "skipped clips",
         share_text(count, total) + " of the corpus were skipped: " + some_of(skipped),
         "skipped.jsonl has the reasons; error rates of what is left are not those of the corpus",
         {{"share_skipped", share}}});
  }
}

}  // namespace sotto::experiments
