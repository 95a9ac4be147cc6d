#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/corpora/listing_builder.h"
#include "datasets/corpora/lrs_text.h"
#include "datasets/corpora/word_cuts.h"

namespace sotto::datasets {

/// How the long clips of LRS2's and LRS3's `pretrain` are cut.
struct LrsCutOptions : Options {
  std::string cut = "auto_avsr";
  double longest_s = 16;

  void visit(OptionVisitor& visitor) override;
};

/// Makes items of LRS2's and LRS3's clips, whose transcripts have one form.
class LrsClips {
 public:
  LrsClips(ListingBuilder& builder, const LrsCutOptions& cut) : builder_(builder), cut_(cut) {}

  /// A clip of a sentence (`main`, `trainval`, `test`). Its word table, where it has one, gives the
  /// times of the words; a bad row there costs the times, not the clip.
  /// @param item  with id, source, talker and split.
  /// @return words of its text; 0 if it cannot be used
  int64_t add_sentence(CorpusItem item);
  /// A clip of `pretrain`, as the parts ID_00, ID_01, ...
  void add_long(const CorpusItem& item);

 private:
  std::filesystem::path transcript(const CorpusItem& item) const;
  bool read(CorpusItem& item, LrsText& lrs);
  std::vector<WordTime> words(const LrsText& lrs, const WordCut& cut) const;

  ListingBuilder& builder_;
  const LrsCutOptions& cut_;
};

}  // namespace sotto::datasets
