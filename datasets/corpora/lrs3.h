#pragma once

#include "datasets/corpora/lrs_clips.h"

namespace sotto::datasets {

struct Lrs3Options : LrsCutOptions {
  std::string text = "english-1";
  double valid_talkers = 0.04;
  std::string valid_list;

  void visit(OptionVisitor& visitor) override;
};

/// LRS3-TED (Afouras, Chung, Zisserman 2018, arXiv:1809.00496): `pretrain`, `trainval` and `test`,
/// each with `TALK/CLIP.mp4` and `.txt`. Ids are "trainval/TALK/CLIP", of pretrain "…/CLIP_00".
///
/// It has no validation part. `trainval` is divided into `train` and `valid`: by a list of ids
/// ("trainval/TALK/CLIP" a line), as AV-HuBERT publishes one, or, without a list, by talks. Then
/// the clips of `pretrain` from these talks are the split `held_out`, so that nobody trains on
/// them.
class Lrs3Corpus : public Corpus {
 public:
  explicit Lrs3Corpus(const Lrs3Options& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;
  std::string notice() const override;

 private:
  Lrs3Options options_;
};

}  // namespace sotto::datasets
