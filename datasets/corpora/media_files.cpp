#include "datasets/corpora/media_files.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

constexpr std::array<const char*, 28> kExtensions = {
    ".mp4", ".mkv", ".mpg",  ".mpeg", ".avi", ".mov",  ".webm", ".m4v", ".wmv",  ".flv",
    ".ts",  ".mts", ".m2ts", ".3gp",  ".ogv", ".mxf",  ".vob",  ".wav", ".flac", ".mp3",
    ".m4a", ".aac", ".ogg",  ".opus", ".wma", ".aiff", ".aif",  ".oga"};

constexpr size_t kLongestText = size_t{1} << 20;

}  // namespace

bool has_media_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::vector<std::filesystem::path> media_files(const std::string& root) {
  std::error_code error;
  if (!std::filesystem::is_directory(root, error)) {
    throw DataError(root + ": expected a folder with clips, got none");
  }
  std::vector<std::filesystem::path> found;
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  std::filesystem::recursive_directory_iterator walk(root, options, error);
  for (; !error && walk != std::filesystem::recursive_directory_iterator(); walk.increment(error)) {
    const std::filesystem::path& path = walk->path();
    std::error_code ignored;
    const bool hidden = path.filename().string().front() == '.';
    if (hidden && walk->is_directory(ignored)) {
      walk.disable_recursion_pending();
    }
    if (!hidden && walk->is_regular_file(ignored) && has_media_extension(path)) {
      found.push_back(path.lexically_relative(root));
    }
  }
  if (error) {
    throw DataError(root + ": cannot be listed: " + error.message());
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool is_utf8(const std::string& text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t more = first < 0x80   ? 0
                        : first < 0xC2 ? 9
                        : first < 0xE0 ? 1
                        : first < 0xF0 ? 2
                        : first < 0xF5 ? 3
                                       : 9;
    if (more == 9 || i + more >= text.size()) {
      return false;
    }
    for (size_t k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) {
        return false;
      }
    }
    const auto second = more > 0 ? static_cast<unsigned char>(text[i + 1]) : 0x80;
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    if (overlong || beyond) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

std::string read_text(const std::filesystem::path& path) {
  std::string text = read_file(path.string(), kLongestText);
  if (text.rfind("\xEF\xBB\xBF", 0) == 0) {
    text.erase(0, 3);
  }
  return text;
}

}  // namespace sotto::datasets
