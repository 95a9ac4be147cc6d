#pragma once

#include "datasets/corpora/label_files.h"

namespace sotto::datasets {

struct CnvsrcOptions : LabelOptions {
  std::string text = "mandarin-simplified-1";
  std::string task = "auto";
  double valid_share = 0;

  void visit(OptionVisitor& visitor) override;
};

/// CNVSRC-Single and CNVSRC-Multi of the Chinese continuous visual speech recognition challenges:
/// `cnvsrc-TASK/cnvsrc-TASK-dev-infos.json`, `dev/video/ID.mp4`, `dev/audio/ID.wav`, and the same
/// of `eval`. The root is the folder of one task or the one above. How the JSON file looks is not
/// documented: likely forms are read, and a note says which it was. Clips of `eval` without a
/// transcript are kept without. The splits are dev and eval; those of the label files, where they
/// are given and tell them (the baselines' train and valid); or, with `valid_share`, train, valid
/// and eval.
class CnvsrcCorpus : public Corpus {
 public:
  explicit CnvsrcCorpus(const CnvsrcOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  CnvsrcOptions options_;
};

}  // namespace sotto::datasets
