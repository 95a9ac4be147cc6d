#pragma once

#include <string>

namespace sotto {

/// Holds a folder against a second process of the same job, by a lock on a file in it that the
/// system drops with the process, however that ends.
class FolderLock {
 public:
  /// @param busy    what to say, behind the folder's name, if another process holds it.
  /// @param name    of the file; a folder may have several locks.
  /// @param shared  with others who hold it shared, too.
  /// @throws DataError
  FolderLock(
      const std::string& folder,
      const std::string& busy,
      const std::string& name = ".lock",
      bool shared = false);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace sotto
