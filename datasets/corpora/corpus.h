#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/registry.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// One clip of a corpus, before it is prepared.
struct CorpusItem {
  std::string id;      ///< path below the root without extension, such as "s1/bbaf2n"
  std::string source;  ///< path of the media file below the root
  std::string sound;   ///< path of its sound below the root, where that is a file of its own
  int64_t begin = 0;   ///< the first frame (25 a second) of the source that belongs to it
  int64_t end = 0;     ///< the frame it ends before; 0: where the source ends
  std::string text;    ///< normalised
  std::vector<WordTime> words;  ///< timed from its own start
  std::string talker;
  std::string split;        ///< the corpus' own name of its part: "train"; empty if it has none
  std::string skip_reason;  ///< why it cannot be used; empty if it can
};

/// What lies below a corpus' root.
struct CorpusListing {
  std::vector<CorpusItem> items;   ///< sorted by id, none twice
  std::vector<std::string> notes;  ///< what people should know: totals that differ, forms found
  std::string text_rules;          ///< of text/text_rules.h; what `text` was made with
};

/// Knows how one corpus lies on disk. A new corpus is one source and one line in registry.cpp.
class Corpus {
 public:
  virtual ~Corpus() = default;
  /// Every clip below `root`; those that cannot be used with the reason (file:line where a row is).
  /// @throws DataError if `root` is not such a corpus at all.
  virtual CorpusListing list(const std::string& root) const = 0;
  /// What whoever passes the clips on must say; empty if not known.
  virtual std::string notice() const { return ""; }
};

using CorpusRegistry = Registry<Corpus>;

/// All corpora that `sotto prepare` knows.
const CorpusRegistry& corpora();

}  // namespace sotto::datasets
