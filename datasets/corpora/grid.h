#pragma once

#include "datasets/corpora/corpus.h"

namespace sotto::datasets {

struct GridOptions : Options {
  std::string text = "english-1";

  void visit(OptionVisitor& visitor) override;
};

/// The GRID corpus (Cooke et al. 2006, J. Acoust. Soc. Am. 120(5)): `sN/NAME.mpg` (or any other
/// container) of talker N and `align/sN/NAME.align` with a line `start end word` a word, times in
/// samples at 25,000 a second, `sil` and `sp` for silence. Ids are "s1/bbaf2n". Clips of 74 instead
/// of 75 frames are in the corpus and welcome.
class GridCorpus : public Corpus {
 public:
  explicit GridCorpus(const GridOptions& options) : options_(options) {}
  CorpusListing list(const std::string& root) const override;
  std::string notice() const override;

 private:
  GridOptions options_;
};

/// The words of an .align file's text as they stand. @param name for messages. @throws DataError
/// naming the line.
std::vector<WordTime> parse_align(const std::string& text, const std::string& name);

}  // namespace sotto::datasets
