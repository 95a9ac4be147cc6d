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
  std::string text;    ///< normalised
  std::vector<WordTime> words;
  std::string talker;
  std::string skip_reason;  ///< why it cannot be used; empty if it can
};

/// Knows how one corpus lies on disk. A new corpus is one source and one line in registry.cpp.
class Corpus {
 public:
  virtual ~Corpus() = default;
  /// Every clip below `root`, sorted by id, none twice; those that cannot be used with the reason.
  /// @throws DataError if `root` is not such a corpus at all.
  virtual std::vector<CorpusItem> list(const std::string& root) const = 0;
  /// What whoever passes the clips on must say; empty if not known.
  virtual std::string notice() const { return ""; }
};

using CorpusRegistry = Registry<Corpus>;

/// All corpora that `sotto prepare` knows.
const CorpusRegistry& corpora();

}  // namespace sotto::datasets
