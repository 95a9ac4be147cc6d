#include "datasets/prepare_journal.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/types.h>
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

/// The line of one of the `of` utterances that were made of a clip of the corpus.
std::string made_line(const ManifestEntry& entry, const std::string& item, int64_t of) {
  std::string line = to_json_line(entry);
  if (entry.id != item) {
    auto json = nlohmann::ordered_json::parse(line);
    json["item"] = item;
    json["of"] = of;
    line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  return line + "\n";
}

/// @return ids of utterances whose files are gone; they are not in the manifest
std::vector<std::string> write_lists(const std::string& store, const Lines& lines) {
  std::vector<std::string> gone;
  std::string manifest;
  for (const auto& [id, line] : lines.made) {
    const auto json = nlohmann::ordered_json::parse(line, nullptr, false);
    if (is_there(fs::path(store) / json.value("clip", ""))) {
      manifest += line + "\n";
    } else {
      gone.push_back(id);
    }
  }
  std::string skipped;
  for (const auto& [id, reason] : lines.skipped) {
    skipped += skipped_line(id, reason) + "\n";
  }
  write_file((fs::path(store) / kSkipped).string(), skipped);
  write_file((fs::path(store) / kManifest).string(), manifest);
  return gone;
}

/// The journals of parts in a store, and of how many parts they are (0: there are none).
struct Parts {
  std::map<int64_t, std::string> journals;  ///< by number, from 1
  int64_t count = 0;
};

/// @throws ConfigError if they are not of one division.
Parts find_parts(const std::string& store) {
  Parts parts;
  for (const auto& entry : fs::directory_iterator(store)) {
    const std::string name = entry.path().filename().string();
    long long index = 0;
    long long of = 0;
    if (std::sscanf(name.c_str(), "journal-%lld-of-%lld.jsonl", &index, &of) != 2) {
      continue;
    }
    if (parts.count != 0 && of != parts.count) {
      throw ConfigError(
          store + ": it holds parts of " + std::to_string(parts.count) + " and of " +
          std::to_string(of) + "; remove the journals of those that were begun by mistake");
    }
    parts.count = of;
    parts.journals[index] = entry.path().string();
  }
  return parts;
}

}  // namespace

PrepareJournal::PrepareJournal(const std::string& store, const PreparePart& part)
    : store_(store),
      journal_(part.whole() ? "journal.jsonl" : kPartPrefix + part.name() + kSuffix),
      whole_(part.whole()) {
  const int64_t count = find_parts(store).count;
  if (count != 0 && count != part.count) {
    throw ConfigError(
        store + ": it was begun in " + std::to_string(count) + " parts; go on with --shard K/" +
        std::to_string(count) + ", or put finished ones together with --merge");
  }
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
  std::map<std::string, std::set<std::string>> there;
  std::map<std::string, int64_t> of;
  uintmax_t whole = 0;
  for (int number = 1; std::getline(file, line) && !file.eof(); ++number) {
    whole += line.size() + 1;
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("reason")) {
      skipped_[json.value("id", "")] = json.value("reason", "");
      continue;
    }
    if (json.is_object() && json.contains("finished")) {
      skipped_.clear();  // a finished part tries them again
      continue;
    }
    const ManifestEntry entry = from_json_line(line, path + ":" + std::to_string(number));
    const std::string item = json.value("item", entry.id);
    skipped_.erase(item);
    if (is_there(path_of(entry.clip))) {
      there[item].insert(entry.id);
      of[item] = json.value("of", int64_t{1});
      done_[item] = {entry.frames, entry.quality.face_share, entry.quality.longest_gap};
    }
  }
  file.close();
  for (const auto& [item, ids] : there) {  // all the utterances of a clip, or it is done again
    if (static_cast<int64_t>(ids.size()) < of[item]) {
      done_.erase(item);
    }
  }
  if (fs::file_size(path) > whole) {
    fs::resize_file(path, whole);  // a line that was being written when it was killed
  }
}

/// All lines or none: behind half a line nothing could be read again.
void PrepareJournal::append(const std::string& lines) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  if (!broken_ &&
      ::write(descriptor_, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size())) {
    return;
  }
  const int reason = errno;
  broken_ = true;
  if (::ftruncate(descriptor_, before) != 0) {
    // What is left of the line is cut off when the journal is read.
  }
  throw DataError(path_of(journal_) + ": cannot write: " + std::strerror(reason));
}

void PrepareJournal::add(const std::string& item, const std::vector<ManifestEntry>& entries) {
  std::string lines;
  for (const ManifestEntry& entry : entries) {
    lines += made_line(entry, item, static_cast<int64_t>(entries.size()));
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

int64_t PrepareJournal::relabel(const std::vector<CorpusItem>& items) {
  std::map<std::string, const CorpusItem*> by_id;
  for (const CorpusItem& item : items) {
    if (item.skip_reason.empty() && done_.count(item.id) > 0) {
      by_id.emplace(item.id, &item);
    }
  }
  if (by_id.empty()) {
    return 0;
  }
  Lines lines;
  lines.read(path_of(kManifest));
  lines.read(path_of(journal_));
  std::set<std::string> changed;
  for (const auto& [id, line] : lines.made) {
    const auto json = nlohmann::json::parse(line);
    const std::string name = json.value("item", id);
    const auto item = by_id.find(name);
    if (item == by_id.end()) {
      continue;
    }
    const int64_t of = json.value("of", int64_t{1});
    ManifestEntry entry = from_json_line(line, id);
    if (entry.source != item->second->source) {
      done_.erase(name);
      continue;
    }
    const std::string before = made_line(entry, name, of);
    entry.text = item->second->text;
    entry.words = item->second->words;
    entry.talker = item->second->talker;
    entry.split = item->second->split;
    const std::string now = made_line(entry, name, of);
    if (now != before) {
      append(now);
      changed.insert(name);
    }
  }
  return static_cast<int64_t>(changed.size());
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
  const Parts parts = find_parts(store);
  if (parts.count == 0) {
    if (fs::exists(fs::path(store) / kManifest)) {
      return;  // merged before
    }
    throw DataError(store + ": expected journals of parts (--shard K/N), got none");
  }
  Lines all;
  all.read((fs::path(store) / kManifest).string());  // what an earlier merge put together
  std::string missing;
  for (int64_t index = 1; index <= parts.count; ++index) {
    const auto part = parts.journals.find(index);
    all.finished = false;
    if (part != parts.journals.end()) {
      all.read(part->second);
    }
    if (!all.finished) {
      missing += (missing.empty() ? "" : ", ") + std::to_string(index);
    }
  }
  if (!missing.empty()) {
    throw DataError(
        store + ": of " + std::to_string(parts.count) + " parts these are not finished: " + missing +
        "; run them with --shard K/" + std::to_string(parts.count));
  }
  const std::vector<std::string> gone = write_lists(store, all);
  if (!gone.empty()) {
    fs::remove(fs::path(store) / kManifest);
    throw DataError(
        store + ": the clip of " + gone.front() + " is gone, and of " +
        std::to_string(gone.size() - 1) + " others; run the parts again, then --merge");
  }
}

void remove_part_journals(const std::string& store) {
  for (const auto& [index, path] : find_parts(store).journals) {
    fs::remove(path);
  }
}

}  // namespace sotto::datasets
