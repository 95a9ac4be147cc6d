#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// A clip that was left out of a store.
struct SkippedClip {
  std::string id;
  std::string reason;
};

/// What a run of `prepare` has done so far: journal.jsonl in the store, a line a clip, written out
/// before the next clip begins. A run that is stopped or killed is continued from it.
class PrepareJournal {
 public:
  /// Reads what earlier runs finished: the journal and, in a finished store, the manifest. Clips
  /// whose file is gone count as not done; a last line cut short is cut off.
  explicit PrepareJournal(const std::string& store);
  ~PrepareJournal();
  PrepareJournal(const PrepareJournal&) = delete;
  PrepareJournal& operator=(const PrepareJournal&) = delete;

  bool has(const std::string& id) const { return done_.count(id) > 0 || skipped_.count(id) > 0; }
  void add(const ManifestEntry& entry);
  void add_skipped(const SkippedClip& clip);

  /// By id.
  const std::map<std::string, ManifestEntry>& done() const { return done_; }
  const std::map<std::string, std::string>& skipped() const { return skipped_; }

  /// Writes manifest.jsonl and skipped.jsonl, sorted by id, and removes the journal.
  void finish();

 private:
  void read(const std::string& path);
  void append(const std::string& line);
  std::string path_of(const char* name) const;

  std::string store_;
  int descriptor_ = -1;
  std::map<std::string, ManifestEntry> done_;
  std::map<std::string, std::string> skipped_;
};

}  // namespace sotto::datasets
