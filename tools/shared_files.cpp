#include "tools/shared_files.h"

#include <filesystem>
#include <system_error>

#include "common/error.h"

namespace sotto::tools {
namespace {

namespace fs = std::filesystem;

constexpr char kDefaultModel[] = "grid-av";

/// `name` as a path when there is such a file or it looks like one; else the shipped file.
std::string path_or_shipped(
    const Request& request,
    const std::string& name,
    const std::string& folder,
    const std::string& extension) {
  std::error_code ignored;
  const bool plain_name = fs::path(name).filename() == name && !fs::path(name).has_extension();
  if (fs::exists(name, ignored) || !plain_name) {
    return name;
  }
  const std::string shipped = find_shared(request, folder + "/" + name + extension);
  return shipped.empty() ? name : shipped;
}

}  // namespace

std::string find_shared(const Request& request, const std::string& name) {
  for (const std::string& folder : request.shared_folders) {
    const fs::path path = fs::path(folder) / name;
    std::error_code ignored;
    if (fs::exists(path, ignored)) {
      return path.string();
    }
  }
  return "";
}

std::string model_path(const Request& request, const std::string& name) {
  if (!name.empty()) {
    return path_or_shipped(request, name, "pretrained", ".safetensors");
  }
  const std::string shipped =
      find_shared(request, std::string("pretrained/") + kDefaultModel + ".safetensors");
  if (shipped.empty()) {
    throw DataError(
        std::string(kDefaultModel) +
        ": the model that is shipped was not found beside the program; name one with --model");
  }
  return shipped;
}

std::string recipe_path(const Request& request, const std::string& name) {
  return path_or_shipped(request, name, "recipes", ".yaml");
}

}  // namespace sotto::tools
