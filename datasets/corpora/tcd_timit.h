#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct TcdTimitOptions : Options {
  std::string text = "english-1";
  std::string camera = "straight";
  std::string prompts;

  void visit(OptionVisitor& visitor) override;
};

/// TCD-TIMIT (Harte, Gillen 2015): `volunteers/01M/Clips/straightcam/si1175.mp4`, `30degcam` for
/// the other camera, `lipspeakers/Lipspkr1/…`. The transcript is a `.txt` of the clip's name beside
/// it, in any case of letters (the sentence, the sentence behind two sample numbers as TIMIT has
/// it, or rows `start end word`), or stands in TIMIT's list `PROMPTS.TXT` (`Sentence. (si1175)`).
/// Splits: test are the 17 volunteers that VSR-ML keeps for it, train the others, lipspeakers the
/// three.
class TcdTimitCorpus : public Corpus {
 public:
  explicit TcdTimitCorpus(const TcdTimitOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  TcdTimitOptions options_;
};

/// The sentence in a transcript of TIMIT's forms.
std::string timit_sentence(const std::string& text);

}  // namespace sotto::datasets
