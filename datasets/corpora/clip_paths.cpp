#include "datasets/corpora/clip_paths.h"

#include <cmath>

#include "common/error.h"
#include "common/files.h"
#include "common/option_text.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace fs = std::filesystem;

std::string without_media_extension(const std::string& path) {
  return has_media_extension(path) ? fs::path(path).replace_extension().string() : path;
}

std::optional<std::string> path_below(std::string_view path) {
  const fs::path plain = fs::path(path).lexically_normal();
  if (plain.empty() || plain.is_absolute() || plain == "." || *plain.begin() == ".." ||
      path.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  return plain.string();
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string option_file(const fs::path& root, const std::string& name, const std::string& key) {
  for (const fs::path& path : {fs::path(name), root / name}) {
    if (is_file(path)) {
      return path.string();
    }
  }
  throw ConfigError(
      "corpus." + key + ": expected a file, got '" + name + "', which is neither here nor below " +
      root.string());
}

std::vector<std::string> components(const fs::path& path) {
  std::vector<std::string> parts;
  for (const fs::path& part : path) {
    parts.push_back(part.string());
  }
  return parts;
}

fs::path with_folder(const fs::path& path, const std::string& from, const std::string& to) {
  std::vector<std::string> parts = components(path);
  for (size_t i = parts.size() > 0 ? parts.size() - 1 : 0; i-- > 0;) {
    if (parts[i] == from) {
      parts[i] = to;
      return fs::path(join(parts, "/"));
    }
  }
  return {};
}

std::optional<std::string> path_behind(const fs::path& path, const std::string& name) {
  const std::vector<std::string> parts = components(path);
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] == name) {
      const size_t next = i + (parts[i + 1] == name ? 2 : 1);
      return join({parts.begin() + static_cast<std::ptrdiff_t>(next), parts.end()}, "/");
    }
  }
  return std::nullopt;
}

bool is_held_out(const std::string& talker, double share) {
  const uint64_t number = checksum(talker.data(), talker.size());
  return std::ldexp(static_cast<double>(number >> 11), -53) < share;
}

}  // namespace sotto::datasets
