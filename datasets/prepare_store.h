#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/prepare.h"

namespace sotto::datasets {

/// The folder of a store while it is prepared: made if needed, locked against a second run (of the
/// same part of the corpus), with a store.json (format version, options, text rules, licence
/// notices) that says what it holds.
class PreparedFolder {
 public:
  /// @param text_rules  with which its texts are made.
  /// @param notice      of the corpus; empty if none.
  /// @throws ConfigError naming what differs if the store was made with other options; DataError if
  ///         the folder holds something else or another run works in it.
  PreparedFolder(
      const PrepareOptions& options, const std::string& text_rules, const std::string& notice);
  /// A store whose parts are all done. @throws DataError if it is none, or somebody works in it.
  explicit PreparedFolder(const std::string& store);
  ~PreparedFolder();
  PreparedFolder(const PreparedFolder&) = delete;
  PreparedFolder& operator=(const PreparedFolder&) = delete;

 private:
  class FileLock;
  void lock(const std::string& name, bool shared);
  void make(
      const PrepareOptions& options, const std::string& text_rules, const std::string& notice);

  std::string folder_;
  std::vector<std::unique_ptr<FileLock>> locks_;
};

}  // namespace sotto::datasets
