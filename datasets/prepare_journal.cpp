#include "datasets/prepare_journal.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

constexpr const char* kJournal = "journal.jsonl";
constexpr const char* kManifest = "manifest.jsonl";
constexpr const char* kSkipped = "skipped.jsonl";
constexpr size_t kLargestJournal = size_t{4} << 30;

std::string skipped_line(const std::string& id, const std::string& reason) {
  const nlohmann::ordered_json json = {{"id", id}, {"reason", reason}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

PrepareJournal::PrepareJournal(const std::string& store) : store_(store) {
  read(path_of(kManifest));
  read(path_of(kJournal));
  const std::string path = path_of(kJournal);
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

std::string PrepareJournal::path_of(const char* name) const {
  return (std::filesystem::path(store_) / name).string();
}

void PrepareJournal::read(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    return;
  }
  const std::string text = read_file(path, kLargestJournal);
  const size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  if (whole < text.size()) {
    std::filesystem::resize_file(path, whole);  // a line that was being written when it was killed
  }
  std::istringstream lines(text.substr(0, whole));
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string where = path + ":" + std::to_string(number);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("reason")) {
      skipped_[json.value("id", "")] = json.value("reason", "");
      continue;
    }
    ManifestEntry entry = from_json_line(line, where);
    std::error_code error;
    if (std::filesystem::file_size(path_of(entry.clip.c_str()), error) > 0 && !error) {
      skipped_.erase(entry.id);
      done_[entry.id] = std::move(entry);
    }
  }
}

void PrepareJournal::append(const std::string& line) {
  const std::string whole = line + "\n";
  if (::write(descriptor_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
    throw DataError(path_of(kJournal) + ": cannot write: " + std::strerror(errno));
  }
}

void PrepareJournal::add(const ManifestEntry& entry) {
  append(to_json_line(entry));
  skipped_.erase(entry.id);
  done_[entry.id] = entry;
}

void PrepareJournal::add_skipped(const SkippedClip& clip) {
  append(skipped_line(clip.id, clip.reason));
  skipped_[clip.id] = clip.reason;
}

void PrepareJournal::finish() {
  std::string manifest;
  for (const auto& [id, entry] : done_) {
    manifest += to_json_line(entry) + "\n";
  }
  std::string skipped;
  for (const auto& [id, reason] : skipped_) {
    skipped += skipped_line(id, reason) + "\n";
  }
  write_file(path_of(kSkipped), skipped);
  write_file(path_of(kManifest), manifest);
  std::filesystem::remove(path_of(kJournal));
}

}  // namespace sotto::datasets
