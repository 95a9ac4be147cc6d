#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "datasets/corpora/corpus.h"
#include "datasets/prepare.h"
#include "datasets/prepare_journal.h"

namespace sotto::datasets {

/// The clips of one run of `prepare`, shared out over threads.
class PrepareRun {
 public:
  PrepareRun(
      const PrepareOptions& options,
      const PrepareCallbacks& callbacks,
      PrepareJournal& journal,
      std::vector<CorpusItem> items)
      : options_(options), callbacks_(callbacks), journal_(journal), items_(std::move(items)) {}

  /// Prepares all items. Rethrows what stopped it.
  void work();
  int64_t frames() const { return frames_; }

 private:
  void work_thread();
  void do_item(const CorpusItem& item);
  std::vector<Utterance> read(const CorpusItem& item) const;
  void skip(const CorpusItem& item, const std::string& reason);
  void keep(const std::string& item, const std::vector<ManifestEntry>& entries);
  void stop(std::exception_ptr failure);

  const PrepareOptions& options_;
  const PrepareCallbacks& callbacks_;
  PrepareJournal& journal_;
  std::vector<CorpusItem> items_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
  int64_t frames_ = 0;
};

}  // namespace sotto::datasets
