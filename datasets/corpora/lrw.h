#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct LrwOptions : Options {
  std::string text = "english-1";

  void visit(OptionVisitor& visitor) override;
};

/// LRW (Chung, Zisserman 2016): `WORD/train/WORD_00001.mp4`, likewise `val` and `test`, each clip
/// of 29 frames with its word in the middle; beside it a `.txt` with a line `Duration: 0.47
/// seconds`, the length of the word. The text is the word.
class LrwCorpus : public Corpus {
 public:
  explicit LrwCorpus(const LrwOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  LrwOptions options_;
};

}  // namespace sotto::datasets
