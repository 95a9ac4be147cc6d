#pragma once

#include <string>
#include <vector>

#include "datasets/corpora/label_files.h"

namespace sotto::datasets {

/// A corpus with a folder `video` and, beside it, perhaps `audio` and `text` with files of the same
/// names. Transcripts come from the label files that the options name; without any, from JSON files
/// up to three folders below the root; else from a `.txt` of the clip's name beside it or in a
/// folder `text`, `txt`, `trans`, `transcript` or `label` instead of `video`.
class LabelledTree {
 public:
  LabelledTree(ListingBuilder& builder, const LabelOptions& options);

  /// Finds sound, text, and, where the labels tell them, talker and split of an item with id and
  /// source.
  /// @param text_needed  without a text the item is rejected; else it is kept without.
  void fill(CorpusItem& item, bool text_needed);
  /// Notes the labels without a clip.
  void finish();

 private:
  /// Labels of the clips whose id begins with `folder` and, if `part` is given, holds a folder of
  /// that name.
  struct Scope {
    std::string folder;
    std::string part;
    ClipLabels labels;
  };

  const ClipLabel* find(const std::string& id);
  std::string text_file(const std::string& source) const;
  void read_text_file(CorpusItem& item, const std::filesystem::path& path);
  void find_sound(CorpusItem& item) const;

  ListingBuilder& builder_;
  std::vector<Scope> scopes_;
};

}  // namespace sotto::datasets
