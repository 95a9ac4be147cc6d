#pragma once

#include "datasets/corpora/lrs_clips.h"

namespace sotto::datasets {

struct Lrs2Options : LrsCutOptions {
  std::string text = "english-1";

  void visit(OptionVisitor& visitor) override;
};

/// LRS2-BBC (Afouras et al. 2018, arXiv:1809.02108): `mvlrs_v1/main` and `mvlrs_v1/pretrain`, each
/// with `PROGRAMME/CLIP.mp4` and `.txt`; the lists `pretrain.txt`, `train.txt`, `val.txt` and
/// `test.txt` lie in `mvlrs_v1` or beside it. The root is either folder. A line of a list begins
/// with `PROGRAMME/CLIP`; what follows, such as `NF`, is not read. Ids are "main/PROGRAMME/CLIP",
/// of pretrain "pretrain/PROGRAMME/CLIP_00"; splits are pretrain, train, valid and test.
class Lrs2Corpus : public Corpus {
 public:
  explicit Lrs2Corpus(const Lrs2Options& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;
  std::string notice() const override;

 private:
  Lrs2Options options_;
};

}  // namespace sotto::datasets
