#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct MuavicOptions : Options {
  std::string text = "english-1";

  void visit(OptionVisitor& visitor) override;
};

/// MuAViC (Anwar et al. 2023, arXiv:2303.00628), its English part, which is LRS3's clips: `en` with
/// `video/SPLIT/TALK/CLIP.mp4`, `audio/SPLIT/TALK/CLIP.wav`, the list `SPLIT_avsr.tsv` (AV-HuBERT's
/// form: a root, then id, video, sound, frames and samples with tabs between) and, line by line the
/// same clips, the texts `SPLIT_avsr.en`. The paths in the list are absolute ones of where it was
/// made: what stands behind `video/SPLIT/` counts. Splits are train, valid and test.
class MuavicCorpus : public Corpus {
 public:
  explicit MuavicCorpus(const MuavicOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  MuavicOptions options_;
};

}  // namespace sotto::datasets
