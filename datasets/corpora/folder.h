#pragma once

#include "datasets/corpora/corpus.h"

namespace sotto::datasets {

struct FolderOptions : Options {
  std::string text = "english-1";

  void visit(OptionVisitor& visitor) override;
};

/// Any media files below a folder, each with its transcript beside it: `talk/one.mp4` and
/// `talk/one.txt`: its text, or a file in the form of LRS2 and LRS3, which may have times of words.
/// The id is the path without extension, the talker the folder's name.
class FolderCorpus : public Corpus {
 public:
  explicit FolderCorpus(const FolderOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  FolderOptions options_;
};

}  // namespace sotto::datasets
