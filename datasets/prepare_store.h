#pragma once

#include <string>

#include "datasets/prepare.h"

namespace sotto::datasets {

/// The folder of a store while it is prepared: made if needed, locked against a second run, with
/// a store.json (format version, options, licence notices) that says what it holds.
class PreparedFolder {
 public:
  /// @param notice  of the corpus; empty if none.
  /// @throws ConfigError naming what differs if the store was made with other options; DataError if
  ///         the folder holds something else or another run works in it.
  PreparedFolder(const PrepareOptions& options, const std::string& notice);
  ~PreparedFolder();
  PreparedFolder(const PreparedFolder&) = delete;
  PreparedFolder& operator=(const PreparedFolder&) = delete;

 private:
  int lock_ = -1;
};

}  // namespace sotto::datasets
