#include "datasets/corpora/media_files.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/error.h"
#include "common/files.h"
#include "datasets/corpora/fields.h"

namespace sotto::datasets {
namespace {

constexpr std::array<const char*, 17> kVideoExtensions = {
    ".mp4",
    ".mkv",
    ".mpg",
    ".mpeg",
    ".avi",
    ".mov",
    ".webm",
    ".m4v",
    ".wmv",
    ".flv",
    ".ts",
    ".mts",
    ".m2ts",
    ".3gp",
    ".ogv",
    ".mxf",
    ".vob"};
constexpr std::array<const char*, 11> kSoundExtensions = {
    ".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wma", ".aiff", ".aif", ".oga"};

constexpr size_t kLongestText = size_t{1} << 20;

template <size_t N>
bool is_among(const std::array<const char*, N>& extensions, const std::filesystem::path& path) {
  const std::string extension = in_lower_case(path.extension().string());
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

}  // namespace

bool has_sound_extension(const std::filesystem::path& path) {
  return is_among(kSoundExtensions, path);
}

bool has_media_extension(const std::filesystem::path& path) {
  return has_sound_extension(path) || is_among(kVideoExtensions, path);
}

std::vector<std::filesystem::path> media_files(const std::string& root) {
  std::error_code error;
  if (!std::filesystem::is_directory(root, error)) {
    throw DataError(root + ": expected a folder with clips, got none");
  }
  std::vector<std::filesystem::path> found;
  const auto options = std::filesystem::directory_options::skip_permission_denied |
                       std::filesystem::directory_options::follow_directory_symlink;
  std::filesystem::recursive_directory_iterator walk(root, options, error);
  for (; !error && walk != std::filesystem::recursive_directory_iterator(); walk.increment(error)) {
    const std::filesystem::path& path = walk->path();
    std::error_code ignored;
    const bool hidden = path.filename().string().front() == '.';
    if ((hidden || (walk.depth() > 0 && walk->is_symlink(ignored))) &&
        walk->is_directory(ignored)) {
      walk.disable_recursion_pending();
    }
    if (!hidden && has_media_extension(path) && walk->is_regular_file(ignored)) {
      found.push_back(path.lexically_relative(root));
    }
  }
  if (error) {
    throw DataError(root + ": cannot be listed: " + error.message());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::filesystem::path> clip_files(const std::string& root) {
  const std::vector<std::filesystem::path> all = media_files(root);
  std::set<std::string> videos;
  for (const auto& path : all) {
    if (!has_sound_extension(path)) {
      videos.insert((path.parent_path() / path.stem()).string());
    }
  }
  std::vector<std::filesystem::path> clips;
  for (const auto& path : all) {
    if (!has_sound_extension(path) ||
        videos.count((path.parent_path() / path.stem()).string()) == 0) {
      clips.push_back(path);
    }
  }
  return clips;
}

std::string read_text(const std::filesystem::path& path) {
  std::string text = read_file(path.string(), kLongestText);
  if (text.rfind("\xEF\xBB\xBF", 0) == 0) {
    text.erase(0, 3);
  }
  return text;
}

}  // namespace sotto::datasets
