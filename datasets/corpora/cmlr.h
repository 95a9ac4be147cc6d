#pragma once

#include "datasets/corpora/label_files.h"

namespace sotto::datasets {

struct CmlrOptions : LabelOptions {
  std::string text = "mandarin-simplified-1";

  void visit(OptionVisitor& visitor) override;
};

/// CMLR (Zhao, Xu, Song 2019): `video/s4/20110304/section_4_002.92_004.59.mp4`, the same names in
/// `audio` and `text`, lists `train.csv`, `val.csv` and `test.csv` (or `.txt`) whose lines begin
/// with a clip, its parts parted by slashes or underscores. Splits are train, valid and test;
/// without lists there are none.
class CmlrCorpus : public Corpus {
 public:
  explicit CmlrCorpus(const CmlrOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  CmlrOptions options_;
};

}  // namespace sotto::datasets
