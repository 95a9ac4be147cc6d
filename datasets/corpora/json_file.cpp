#include "datasets/corpora/json_file.h"

#include <algorithm>

#include "common/error.h"
#include "common/files.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLargest = size_t{1} << 28;
constexpr int kDeepestLevel = 16;
constexpr int kDeepestFolder = 3;

}  // namespace

nlohmann::json read_json(const std::string& path) {
  using Json = nlohmann::json;
  std::string text = read_file(path, kLargest);
  if (text.rfind("\xEF\xBB\xBF", 0) == 0) {
    text.erase(0, 3);
  }
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepestLevel) {
      throw DataError(path + ": expected JSON of a list or an object, got one that is too deep");
    }
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception& error) {
    throw DataError(path + ": expected JSON: " + error.what());
  }
}

// Files in which a corpus may keep its transcripts; media folders are large and hold none.
std::vector<fs::path> json_files(const fs::path& root) {
  std::vector<fs::path> found;
  std::error_code error;
  const auto skip = fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator walk(root, skip, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    const fs::path& path = walk->path();
    const std::string name = path.filename().string();
    if (walk.depth() >= kDeepestFolder || name == "video" || name == "audio" || name[0] == '.') {
      walk.disable_recursion_pending();
    }
    if (name[0] != '.' && in_lower_case(path.extension().string()) == ".json" && is_file(path)) {
      found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sotto::datasets
