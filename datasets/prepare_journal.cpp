#include "datasets/prepare_journal.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.jsonl";
constexpr const char* kSkipped = "skipped.jsonl";
constexpr const char* kPartPrefix = "journal-";
constexpr const char* kSuffix = ".jsonl";
constexpr const char* kFinished = "{\"finished\":true}";

std::string skipped_line(const std::string& id, const std::string& reason) {
  const nlohmann::ordered_json json = {{"id", id}, {"reason", reason}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool is_there(const fs::path& clip) {
  std::error_code error;
  return fs::file_size(clip, error) > 0 && !error;
}

/// What the lines of manifests and journals come to: of several about a clip the last holds.
class Lines {
 public:
  void read(const std::string& path);

  std::map<std::string, std::string> made;  ///< manifest lines by id
  std::map<std::string, std::string> skipped;
  bool finished = false;
};

/// A journal's lines are a manifest's, with "item" where an utterance has another id than the clip
/// of the corpus that it was made of.
void Lines::read(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const auto json = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!json.is_object()) {
      continue;
    }
    finished = json.contains("finished");
    const std::string id = json.value("id", "");
    if (json.contains("reason")) {
      skipped[id] = json.value("reason", "");
    } else if (!id.empty()) {
      made[id] = line;
      skipped.erase(json.value("item", id));
    }
  }
}

void write_lists(const std::string& store, const Lines& lines) {
  std::string manifest;
  for (const auto& [id, line] : lines.made) {
    const auto json = nlohmann::ordered_json::parse(line, nullptr, false);
    if (is_there(fs::path(store) / json.value("clip", ""))) {
      manifest += line + "\n";
    }
  }
  std::string skipped;
  for (const auto& [id, reason] : lines.skipped) {
    skipped += skipped_line(id, reason) + "\n";
  }
  write_file((fs::path(store) / kSkipped).string(), skipped);
  write_file((fs::path(store) / kManifest).string(), manifest);
}

}  // namespace

PrepareJournal::PrepareJournal(const std::string& store, const PreparePart& part)
    : store_(store),
      journal_(part.whole() ? "journal.jsonl" : kPartPrefix + part.name() + kSuffix),
      whole_(part.whole()) {
  read(path_of(kManifest));
  read(path_of(journal_));
  const std::string path = path_of(journal_);
  descriptor_ = ::open(path.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    throw DataError(path + ": cannot write: " + std::strerror(errno));
  }
}

PrepareJournal::~PrepareJournal() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

std::string PrepareJournal::path_of(const std::string& name) const {
  return (fs::path(store_) / name).string();
}

void PrepareJournal::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return;
  }
  std::string line;
  std::set<std::string> gone;
  uintmax_t whole = 0;
  for (int number = 1; std::getline(file, line) && !file.eof(); ++number) {
    whole += line.size() + 1;
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("reason")) {
      skipped_[json.value("id", "")] = json.value("reason", "");
      continue;
    }
    if (json.is_object() && json.contains("finished")) {
      continue;
    }
    const ManifestEntry entry = from_json_line(line, path + ":" + std::to_string(number));
    const std::string item = json.value("item", entry.id);
    skipped_.erase(item);
    if (is_there(path_of(entry.clip))) {
      done_[item] = {entry.frames, entry.quality.face_share, entry.quality.longest_gap};
    } else {
      gone.insert(item);
    }
  }
  file.close();
  for (const std::string& item : gone) {
    done_.erase(item);
  }
  if (fs::file_size(path) > whole) {
    fs::resize_file(path, whole);  // a line that was being written when it was killed
  }
}

void PrepareJournal::append(const std::string& lines) {
  if (::write(descriptor_, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) {
    throw DataError(path_of(journal_) + ": cannot write: " + std::strerror(errno));
  }
}

void PrepareJournal::add(const std::string& item, const std::vector<ManifestEntry>& entries) {
  std::string lines;
  for (const ManifestEntry& entry : entries) {
    std::string line = to_json_line(entry);
    if (entry.id != item) {
      auto json = nlohmann::ordered_json::parse(line);
      json["item"] = item;
      line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }
    lines += line + "\n";
  }
  append(lines);
  skipped_.erase(item);
  const ManifestEntry& first = entries.front();
  done_[item] = {first.frames, first.quality.face_share, first.quality.longest_gap};
}

void PrepareJournal::add_skipped(const SkippedClip& clip) {
  append(skipped_line(clip.id, clip.reason) + "\n");
  skipped_[clip.id] = clip.reason;
}

void PrepareJournal::finish() {
  if (!whole_) {
    append(std::string(kFinished) + "\n");
    return;
  }
  Lines lines;
  // Those that an earlier run skipped and this one tried again stand in the journal anew.
  lines.read(path_of(kManifest));
  lines.read(path_of(journal_));
  write_lists(store_, lines);
  fs::remove(path_of(journal_));
}

void merge_journals(const std::string& store) {
  std::map<int64_t, std::string> parts;
  int64_t count = 0;
  for (const auto& entry : fs::directory_iterator(store)) {
    const std::string name = entry.path().filename().string();
    long long index = 0;
    long long of = 0;
    if (std::sscanf(name.c_str(), "journal-%lld-of-%lld.jsonl", &index, &of) == 2) {
      if (count != 0 && of != count) {
        throw DataError(
            store + ": it holds parts of " + std::to_string(count) + " and of " +
            std::to_string(of) + "; remove the journals of one of them");
      }
      count = of;
      parts[index] = entry.path().string();
    }
  }
  if (count == 0) {
    throw DataError(store + ": expected journals of parts (--shard K/N), got none");
  }
  Lines all;
  std::string missing;
  for (int64_t index = 1; index <= count; ++index) {
    const auto part = parts.find(index);
    all.finished = false;
    if (part != parts.end()) {
      all.read(part->second);
    }
    if (!all.finished) {
      missing += (missing.empty() ? "" : ", ") + std::to_string(index);
    }
  }
  if (!missing.empty()) {
    throw DataError(
        store + ": of " + std::to_string(count) + " parts these are not finished: " + missing +
        "; run them with --shard K/" + std::to_string(count));
  }
  write_lists(store, all);
  for (const auto& [index, path] : parts) {
    fs::remove(path);
  }
}

}  // namespace sotto::datasets
