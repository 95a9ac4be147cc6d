#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/corpora/corpus.h"
#include "datasets/prepare_part.h"
#include "datasets/store.h"

namespace sotto::datasets {

/// A clip that was left out of a store.
struct SkippedClip {
  std::string id;
  std::string reason;
};

/// What is remembered of a clip that is done.
struct DoneClip {
  int64_t frames = 0;
  double face_share = 0;
  int64_t longest_gap = 0;
};

/// What a run of `prepare` has done so far: a file of lines in the store, one a clip, written out
/// before the next clip begins. A run that is stopped or killed is continued from it. Each part of
/// a corpus has a journal of its own (journal-3-of-8.jsonl), which stays until all are merged; that
/// of a whole corpus (journal.jsonl) goes when it is finished.
class PrepareJournal {
 public:
  /// Reads what earlier runs finished: the journal and, in a finished store, the manifest. Clips
  /// whose file is gone count as not done; a last line cut short is cut off.
  /// @throws ConfigError if the store was begun in another number of parts.
  PrepareJournal(const std::string& store, const PreparePart& part);
  ~PrepareJournal();
  PrepareJournal(const PrepareJournal&) = delete;
  PrepareJournal& operator=(const PrepareJournal&) = delete;

  /// Whether the corpus' clip was done, or skipped by this run's journal.
  bool has(const std::string& id) const { return done_.count(id) > 0 || skipped_.count(id) > 0; }
  /// The utterances made of one clip of the corpus, together or not at all.
  void add(const std::string& item, const std::vector<ManifestEntry>& entries);
  void add_skipped(const SkippedClip& clip);
  /// Texts, times of words, talkers and splits of clips that are done become those that the corpus
  /// has now. A clip whose source is another file counts as not done.
  /// @return how many clips had others.
  int64_t relabel(const std::vector<CorpusItem>& items);

  /// By the corpus' id.
  const std::map<std::string, DoneClip>& done() const { return done_; }
  const std::map<std::string, std::string>& skipped() const { return skipped_; }

  /// Writes manifest.jsonl and skipped.jsonl, sorted by id, and removes the journal. For one of
  /// several parts: marks the journal as finished.
  void finish();

 private:
  void read(const std::string& path);
  void append(const std::string& lines);
  std::string path_of(const std::string& name) const;

  std::string store_;
  std::string journal_;  ///< name of the file
  bool whole_;
  int descriptor_ = -1;
  bool broken_ = false;  ///< a line could not be written; none may follow
  std::map<std::string, DoneClip> done_;
  std::map<std::string, std::string> skipped_;
};

/// Puts the finished journals of all parts together, and with them a manifest of before:
/// manifest.jsonl and skipped.jsonl as one run would have written them. The journals stay.
/// @throws DataError naming the parts that are missing or unfinished, or a clip that is gone.
void merge_journals(const std::string& store);
/// Removes the journals of parts, once all is done that is made of them.
void remove_part_journals(const std::string& store);

}  // namespace sotto::datasets
