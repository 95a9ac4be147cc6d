#include "datasets/synth/synth.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <sstream>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "common/folder_lock.h"
#include "common/format_text.h"
#include "common/progress.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/speech.h"
#include "datasets/synth/synth_run.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOptionsFile = "synth.yaml";
constexpr const char* kOddFile = "odd.json";

/// What a folder holds, as YAML: the options without how and where it was made.
std::string content_of(const SynthOptions& options) {
  SynthOptions content = options;
  content.out.clear();
  content.jobs = 1;
  return write_yaml(content);
}

/// Options with the layout's own values where nothing was said.
SynthOptions completed(SynthOptions options, const synth::Layout& layout) {
  options.width = options.width > 0 ? options.width : layout.width();
  options.height = options.height > 0 ? options.height : layout.height();
  if (options.language == "auto") {
    options.language = layout.language();
  }
  if (options.language != layout.language() && !layout.any_language()) {
    throw ConfigError(
        "language: layout " + options.layout + " is in '" + layout.language() + "', got '" +
        options.language + "'");
  }
  if (!options.sentences.empty() && !layout.any_sentence()) {
    throw ConfigError("sentences: layout " + options.layout + " has sentences of its own");
  }
  return options;
}

/// The first line of ours that the other text has not.
std::string difference(const std::string& theirs, const std::string& ours) {
  std::istringstream a(theirs);
  std::istringstream b(ours);
  std::string line_a;
  std::string line_b;
  while (std::getline(b, line_b)) {
    if (!std::getline(a, line_a)) {
      line_a = "nothing";
    }
    if (line_a != line_b) {
      return "'" + line_a + "' there, '" + line_b + "' here";
    }
  }
  return "";
}

void enter(const SynthOptions& options) {
  const fs::path path = fs::path(options.out) / kOptionsFile;
  const std::string ours = content_of(options);
  if (fs::exists(path)) {
    const std::string differs = difference(read_file(path.string()), ours);
    if (!differs.empty()) {
      throw ConfigError(
          options.out + ": was made with other options: " + differs + "; choose another folder");
    }
    return;
  }
  for (const auto& entry : fs::directory_iterator(options.out)) {
    if (entry.path().filename() != ".lock") {
      throw DataError(
          options.out + ": expected an empty folder or one that synth began, got other files");
    }
  }
  write_file(path.string(), ours);
}

/// Names of its fields are none that a reader of label files takes for its own.
std::string odd_json(
    const SynthOptions& options, const std::vector<synth::PlannedClip>& clips, int64_t& count) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const synth::PlannedClip& clip : clips) {
    if (clip.odd.kind.empty()) {
      continue;
    }
    nlohmann::ordered_json row;
    row["kind"] = clip.odd.kind;
    row["media"] = clip.path;
    row["written_in"] = clip.odd.file;
    row["line"] = clip.odd.line;
    row["expected"] = clip.odd.expected ? nlohmann::ordered_json(*clip.odd.expected)
                                        : nlohmann::ordered_json(nullptr);
    rows.push_back(std::move(row));
    ++count;
  }
  nlohmann::ordered_json all;
  all["version"] = 1;
  all["layout"] = options.layout;
  all["rows"] = std::move(rows);
  return all.dump(1) + "\n";
}

}  // namespace

void SynthOptions::visit(OptionVisitor& visitor) {
  visitor.field("out", out, "the folder to fill");
  visitor.field("layout", layout, synth::layout_names(), "the corpus whose layout the folder has");
  visitor.field("clips", clips, between(1, 1e7), "clips", "how many, odd ones not counted");
  visitor.field("talkers", talkers, between(1, 1e5), "", "how many people talk");
  visitor.field("language", language, {"auto", "en", "zh"}, "auto: the layout's own");
  visitor.field("sentences", sentences, "file with a sentence a line; empty: made up");
  visitor.field("seed", seed, at_least(0), "", "another seed makes other people and sentences");
  visitor.field("width", width, between(0, 1920), "pixels", "even; 0: the layout's own");
  visitor.field("height", height, between(0, 1920), "pixels", "even; 0: the layout's own");
  visitor.field("fps", fps, between(5, 120), "1/s", "frames a second; 29.97 is 30000/1001");
  visitor.field(
      "seconds", seconds, between(0, 600), "s", "length of every clip; 0: as sentences take");
  visitor.field("odd", odd, "also what goes wrong in such a corpus, listed in odd.json");
  visitor.field("jobs", jobs, between(1, 1024), "clips", "clips made at a time");
}

void SynthOptions::validate() const {
  if (out.empty()) {
    throw ConfigError("out: expected a folder, got none");
  }
  if (width % 2 != 0 || height % 2 != 0) {
    throw ConfigError("size: expected even numbers of pixels, as H.264 needs them");
  }
  if ((width > 0 && width < 64) || (height > 0 && height < 64)) {
    throw ConfigError("size: expected at least 64x64 pixels");
  }
  if (seconds > 0 && seconds < 0.5) {
    throw ConfigError("seconds: expected at least 0.5, or 0 for as long as sentences take");
  }
}

SynthCallbacks synth_progress() {
  auto progress = std::make_shared<std::unique_ptr<Progress>>();
  SynthCallbacks callbacks;
  callbacks.start = [progress](int64_t clips) {
    *progress = std::make_unique<Progress>("synth", clips, "clips");
  };
  callbacks.clip_done = [progress](const std::string& id) { (*progress)->advance(1, id); };
  callbacks.message = [progress](const std::string& line) { (*progress)->print(line); };
  return callbacks;
}

SynthReport synthesise(const SynthOptions& options, const SynthCallbacks& callbacks) {
  options.validate();
  const std::unique_ptr<synth::Layout> layout = synth::make_layout(options.layout);
  const SynthOptions all = completed(options, *layout);
  synth::SentenceSource sentences(all, all.language);
  std::vector<synth::PlannedClip> clips = layout->plan(all, sentences);
  synth::speak("a", {});  // a missing library is told before anything is made
  fs::create_directories(all.out);
  const FolderLock lock(all.out, "another run works in it");
  remove_partial_files(all.out);
  enter(all);
  SynthReport report;
  for (const auto& [file, text] : layout->once(all, clips)) {
    const fs::path path = fs::path(all.out) / file;
    fs::create_directories(path.parent_path());
    write_file(path.string(), text);
  }
  if (all.odd) {
    write_file((fs::path(all.out) / kOddFile).string(), odd_json(all, clips, report.odd));
  }
  clips.erase(
      std::remove_if(clips.begin(), clips.end(), [](const auto& clip) { return !clip.made; }),
      clips.end());
  report.clips = static_cast<int64_t>(clips.size());
  const auto start = std::chrono::steady_clock::now();
  synth::SynthRun(all, all.language, *layout, clips, callbacks).work(report);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  report.clips_per_second = static_cast<double>(report.made) / seconds.count();
  return report;
}

std::string to_text(const SynthReport& report) {
  std::string text = format_text(
      "%lld clips (%lld of them earlier), %.0f s of speech made now, %.1f clips a second",
      static_cast<long long>(report.made + report.earlier),
      static_cast<long long>(report.earlier),
      report.seconds,
      report.clips_per_second);
  if (report.odd > 0) {
    text += format_text("; %lld are odd (odd.json)", static_cast<long long>(report.odd));
  }
  if (report.failed > 0) {
    text += format_text("; %lld could not be spoken", static_cast<long long>(report.failed));
  }
  return text;
}

}  // namespace sotto::datasets
