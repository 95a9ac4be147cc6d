#include "tools/shared_files.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "common/error.h"
#include "common/option_text.h"
#include "common/options.h"

namespace sotto::tools {
namespace {

namespace fs = std::filesystem;

constexpr char kDefaultModel[] = "grid-av";

/// Of files that are shipped, without their extension.
std::vector<std::string> shipped_names(
    const Request& request, const std::string& folder, const std::string& extension) {
  std::set<std::string> names;
  for (const std::string& shared : request.shared_folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::path(shared) / folder, ignored)) {
      if (entry.path().extension() == extension) {
        names.insert(entry.path().stem().string());
      }
    }
  }
  return {names.begin(), names.end()};
}

/// `name` as a path when there is such a file or it looks like one; else the shipped file.
/// @throws DataError if there is neither.
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
  if (shipped.empty()) {
    const std::vector<std::string> names = shipped_names(request, folder, extension);
    const std::string near = nearest(name, names);
    throw DataError(
        name + ": there is no such file, and none of that name is shipped" +
        (!near.empty() ? "; did you mean " + near + "?" : ": " + join(names, ", ")));
  }
  return shipped;
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
    std::error_code ignored;
    const fs::path best = fs::path(name) / "best.safetensors";  // a run stands for its model
    if (fs::exists(best, ignored)) {
      return best.string();
    }
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
