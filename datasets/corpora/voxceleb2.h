#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct Voxceleb2Options : Options {
  std::string text = "english-1";
  std::string id_list;

  void visit(OptionVisitor& visitor) override;
};

/// VoxCeleb2 (Chung, Nagrani, Zisserman 2018, arXiv:1806.05622): `dev/mp4/TALKER/VIDEO/CLIP.mp4`,
/// its sound in `aac`, `m4a`, `wav` or `audio` instead of `mp4`. There are no transcripts: clips
/// are kept without. With a list of ids, such as AV-HuBERT's of English clips, only these are
/// listed; of a line the last three parts count.
class Voxceleb2Corpus : public Corpus {
 public:
  explicit Voxceleb2Corpus(const Voxceleb2Options& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  Voxceleb2Options options_;
};

}  // namespace sotto::datasets
