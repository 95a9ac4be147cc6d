#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct LombardGridOptions : Options {
  std::string text = "english-1";
  std::string camera = "front";
  std::string condition = "both";

  void visit(OptionVisitor& visitor) override;
};

/// Lombard GRID (Alghamdi et al. 2018, J. Acoust. Soc. Am. 143(6)): `front/s12_p_bbavza.mov`,
/// `side/…`, `audio/s12_p_bbavza.wav`; `p` is plain speech, `l` Lombard speech, the last six
/// letters are the sentence. Clips that their name (`_WRONG_`) or a JSON list (`STATUS` other than
/// CORRECT) calls wrong are rejected. The split `test` are the talkers that VSR-ML keeps for it.
class LombardGridCorpus : public Corpus {
 public:
  explicit LombardGridCorpus(const LombardGridOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  LombardGridOptions options_;
};

}  // namespace sotto::datasets
