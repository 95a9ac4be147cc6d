#include "datasets/prepare_store.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "sotto-store";
constexpr int kVersion = 1;
constexpr const char* kFaceNotice =
    "Lips were found with dlib's 68-point landmark model, trained on iBUG 300-W, whose terms "
    "exclude commercial use.";

// The options that decide what the store holds: not how fast it is made, nor where it lies.
std::string content_options(const PrepareOptions& options) {
  PrepareOptions content = options;
  content.jobs = 1;
  content.out.clear();
  content.root = std::filesystem::weakly_canonical(options.root).string();
  return write_yaml(content);
}

ordered_json describe_store(const PrepareOptions& options, const std::string& notice) {
  ordered_json notices = ordered_json::array();
  if (options.video) {
    notices.push_back(kFaceNotice);
  }
  if (!notice.empty()) {
    notices.push_back(notice);
  }
  return {
      {"format", kFormat},
      {"version", kVersion},
      {"options", content_options(options)},
      {"notices", notices}};
}

// The first line of `ours` that `theirs` has not, beside what stands there instead.
std::string difference(const std::string& theirs, const std::string& ours) {
  std::istringstream a(theirs);
  std::istringstream b(ours);
  std::string line_a;
  std::string line_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(a, line_a));
    const bool more_b = static_cast<bool>(std::getline(b, line_b));
    if (!more_a && !more_b) {
      return "";
    }
    if (!more_a || !more_b || line_a != line_b) {
      return "it was made with '" + (more_a ? line_a : "") + "', now asked for '" +
             (more_b ? line_b : "") + "'";
    }
  }
}

void check_same(const std::string& path, const PrepareOptions& options) {
  const auto json = ordered_json::parse(read_file(path), nullptr, false);
  if (!json.is_object() || json.value("format", "") != kFormat ||
      json.value("version", 0) != kVersion) {
    throw DataError(
        path + ": expected a store of version " + std::to_string(kVersion) + ", got another file");
  }
  const std::string differs = difference(json.value("options", ""), content_options(options));
  if (!differs.empty()) {
    throw ConfigError(
        options.out + ": the store has other options: " + differs + "; choose another folder");
  }
}

bool holds_other_files(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() != ".lock") {
      return true;
    }
  }
  return false;
}

// What a killed run left half written. The lock is held, so nobody else is writing.
void remove_partial_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> partial;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().filename().string().rfind(".partial-", 0) == 0) {
      partial.push_back(entry.path());
    }
  }
  for (const auto& path : partial) {
    std::filesystem::remove(path);
  }
}

}  // namespace

PreparedFolder::PreparedFolder(const PrepareOptions& options, const std::string& notice) {
  std::error_code error;
  const std::filesystem::path folder(options.out);
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw DataError(options.out + ": expected a folder that can be made: " + error.message());
  }
  const std::string lock = (folder / ".lock").string();
  lock_ = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (lock_ < 0) {
    throw DataError(lock + ": cannot write: " + std::strerror(errno));
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw DataError(options.out + ": another sotto prepare works on this store");
  }
  const std::string path = (folder / "store.json").string();
  try {
    if (std::filesystem::exists(path)) {
      check_same(path, options);
      remove_partial_files(folder);
    } else if (holds_other_files(folder)) {
      throw DataError(options.out + ": expected a store or an empty folder, got other files");
    } else {
      write_file(path, describe_store(options, notice).dump(2) + "\n");
    }
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

PreparedFolder::~PreparedFolder() {
  ::close(lock_);
}

}  // namespace sotto::datasets
