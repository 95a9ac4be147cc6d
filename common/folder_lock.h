#pragma once

#include <string>

namespace sotto {

/// Holds a folder against a second process of the same job, by a lock on its file `.lock` that the
/// system drops with the process.
class FolderLock {
 public:
  /// @param busy  what to say, behind the folder's name, if another process holds it.
  /// @throws DataError
  FolderLock(const std::string& folder, const std::string& busy);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace sotto
