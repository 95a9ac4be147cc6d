#include "common/folder_lock.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/error.h"

namespace sotto {

FolderLock::FolderLock(
    const std::string& folder, const std::string& busy, const std::string& name, bool shared) {
  const std::string path = (std::filesystem::path(folder) / name).string();
  descriptor_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    throw DataError(path + ": cannot write: " + std::strerror(errno));
  }
  if (::flock(descriptor_, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(descriptor_);
    throw DataError(
        reason == EWOULDBLOCK
            ? folder + ": " + busy
            : path + ": this file system cannot lock it: " + std::strerror(reason));
  }
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

}  // namespace sotto
