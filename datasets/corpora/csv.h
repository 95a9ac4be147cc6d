#pragma once

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

struct CsvOptions : Options {
  std::string text = "english-1";
  std::string table;

  void visit(OptionVisitor& visitor) override;
};

/// Clips that a table lists, a row each: a CSV file (RFC 4180, UTF-8) whose first line names the
/// columns, in any order:
///
/// | column | |
/// |---|---|
/// | media | path below the root |
/// | text | transcript; without the column clips have none |
/// | start, end | seconds of the media file that belong to the clip; empty: all |
/// | talker, split | as they are |
/// | sound | path of a sound file of its own |
/// | id | a path; without it the media's path, and _00, _01, ... behind it where it has several
/// rows |
///
/// A row that cannot be used is rejected as TABLE:LINE.
class CsvCorpus : public Corpus {
 public:
  explicit CsvCorpus(const CsvOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;

 private:
  CsvOptions options_;
};

}  // namespace sotto::datasets
