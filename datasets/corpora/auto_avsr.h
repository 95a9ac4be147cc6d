#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct AutoAvsrOptions : Options {
  std::string text = "english-1";
  std::vector<std::string> labels;
  std::string units;

  void visit(OptionVisitor& visitor) override;
};

/// What auto_avsr's preparation leaves: `labels/NAME_SPLIT_transcript_lengths_segNs.csv` with rows
/// `NAME,path,frames,token ids`, clips `NAME/path` of 96x96 pixels with a `.wav` beside each, and
/// texts in `NAME/NAME_text_segNs` instead of `NAME/NAME_video_segNs`. A text that is missing is
/// put together from the token ids, for which the units file is needed. The split is the one in the
/// label file's name. Without the option all label files are read but those of short clips
/// (`..._0to100.csv`), which repeat rows of others.
class AutoAvsrCorpus : public Corpus {
 public:
  explicit AutoAvsrCorpus(const AutoAvsrOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  AutoAvsrOptions options_;
};

}  // namespace sotto::datasets
