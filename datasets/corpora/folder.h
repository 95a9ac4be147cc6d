#pragma once

#include "datasets/corpora/corpus.h"

namespace sotto::datasets {

struct FolderOptions : Options {
  void visit(OptionVisitor& /*visitor*/) override {}
};

/// Any media files below a folder, each with its transcript beside it: `talk/one.mp4` and
/// `talk/one.txt` (UTF-8). The id is the path without extension, the talker the folder's name.
class FolderCorpus : public Corpus {
 public:
  explicit FolderCorpus(const FolderOptions& /*options*/) {}
  CorpusListing list(const std::string& root) const override;
};

}  // namespace sotto::datasets
