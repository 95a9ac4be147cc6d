#include "datasets/prepare_store.h"

#include <filesystem>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

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
  content.clip_time_s = 0;
  content.out.clear();
  content.root = std::filesystem::weakly_canonical(options.root).string();
  return write_yaml(content);
}

ordered_json describe_store(
    const PrepareOptions& options, const CorpusListing& listing, const std::string& notice) {
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
      {"text_rules", listing.text_rules},
      {"notes", listing.notes},
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
    const std::string name = entry.path().filename().string();
    if (name.rfind(".lock", 0) != 0 && name.rfind(".partial-", 0) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

void PreparedFolder::lock(const std::string& name, bool shared) {
  locks_.push_back(std::make_unique<FolderLock>(
      folder_, "another sotto prepare works on this store", name, shared));
}

void PreparedFolder::make(
    const PrepareOptions& options, const CorpusListing& listing, const std::string& notice) {
  const std::filesystem::path folder(folder_);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw DataError(folder_ + ": expected a folder that can be made: " + error.message());
  }
  // Parts work side by side; each keeps a second run of its own out, and all of them a whole one.
  lock(".lock", !options.part.whole());
  if (!options.part.whole()) {
    lock(".lock-" + options.part.name(), false);
  }
  const std::string path = (folder / "store.json").string();
  if (std::filesystem::exists(path)) {
    check_same(path, options);
    if (options.part.whole()) {
      remove_partial_files(folder);
    }
    return;
  }
  const bool others = holds_other_files(folder);
  if (others && std::filesystem::exists(path)) {  // another part was faster
    check_same(path, options);
  } else if (others) {
    throw DataError(folder_ + ": expected a store or an empty folder, got other files");
  } else {
    write_file(path, describe_store(options, listing, notice).dump(2) + "\n");
  }
}

PreparedFolder::PreparedFolder(
    const PrepareOptions& options, const CorpusListing& listing, const std::string& notice)
    : folder_(options.out) {
  make(options, listing, notice);
}

PreparedFolder::PreparedFolder(const std::string& store) : folder_(store) {
  if (!std::filesystem::exists(std::filesystem::path(store) / "store.json")) {
    throw DataError(store + ": expected a store whose parts were prepared, got none");
  }
  lock(".lock", false);
  remove_partial_files(store);
}

}  // namespace sotto::datasets
