#include "common/shared_object.h"

#include <filesystem>

#include <dlfcn.h>

#include "common/error.h"

namespace sotto {

std::string find_shared_object(const std::string& file) {
  Dl_info own = {};
  if (dladdr(reinterpret_cast<const void*>(&find_shared_object), &own) == 0 ||
      own.dli_fname == nullptr) {
    throw DataError(file + ": cannot find out where this program lies");
  }
  std::error_code error;
  // A program's own name may be relative; its link under /proc is not.
  std::filesystem::path self = std::filesystem::canonical(own.dli_fname, error);
  if (error) {
    self = std::filesystem::read_symlink("/proc/self/exe", error);
  }
  const std::filesystem::path folder = self.parent_path();
  for (const char* place : {".", "lib/sotto", "../lib/sotto", "../../lib/sotto"}) {
    const std::filesystem::path path = folder / place / file;
    if (std::filesystem::exists(path, error)) {
      return path.string();
    }
  }
  throw DataError(
      file + ": expected it beside " + self.string() +
      " or in ../lib/sotto, got none; install sotto again");
}

}  // namespace sotto
