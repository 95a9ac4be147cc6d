#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/folder_lock.h"
#include "datasets/corpora/corpus.h"
#include "datasets/prepare.h"

namespace sotto::datasets {

/// The folder of a store while it is prepared: made if needed, locked against a second run (of the
/// same part of the corpus), with a store.json (format version, options, text rules, licence
/// notices) that says what it holds.
class PreparedFolder {
 public:
  /// @param listing  of the corpus: its notes and text rules.
  /// @param notice   of the corpus; empty if none.
  /// @throws ConfigError naming what differs if the store was made with other options; DataError if
  ///         the folder holds something else or another run works in it.
  PreparedFolder(
      const PrepareOptions& options, const CorpusListing& listing, const std::string& notice);
  /// A store whose parts are all done. @throws DataError if it is none, or somebody works in it.
  explicit PreparedFolder(const std::string& store);

 private:
  void lock(const std::string& name, bool shared);
  void make(
      const PrepareOptions& options, const CorpusListing& listing, const std::string& notice);

  std::string folder_;
  std::vector<std::unique_ptr<FolderLock>> locks_;
};

}  // namespace sotto::datasets
