#pragma once

#include "datasets/corpora/label_files.h"

namespace sotto::datasets {

struct CncvsOptions : LabelOptions {
  std::string text = "mandarin-simplified-1";
  double valid_talkers = 0;

  void visit(OptionVisitor& visitor) override;
};

/// CN-CVS (Chen, Wang, Chen 2023): `news/n001/video/ID.mp4`, `speech/s00001/video/ID.mp4`, the
/// sound in `audio` beside `video`. Its transcripts are taken from label files or texts as
/// `LabelledTree` finds them. The splits are those of the label files; else train and, with
/// `valid_talkers`, valid.
class CncvsCorpus : public Corpus {
 public:
  explicit CncvsCorpus(const CncvsOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  CncvsOptions options_;
};

}  // namespace sotto::datasets
