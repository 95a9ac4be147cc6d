#pragma once

#include <string>
#include <vector>

#include "datasets/corpora/corpus.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {

/// What a corpus finds below `root`, with options as on the command line: `cut=pauses`.
inline CorpusListing list_corpus(
    const std::string& name,
    const std::string& root,
    const std::vector<std::string>& options = {}) {
  Component choice;
  choice.type = name;
  choice.options = corpora().make_options(name);
  read_yaml("", "options", options, *choice.options);
  return corpora().create(choice)->list(root);
}

/// The item of an id; one with the reason "not listed" if there is none.
inline CorpusItem item_of(const CorpusListing& listing, const std::string& id) {
  for (const CorpusItem& item : listing.items) {
    if (item.id == id) {
      return item;
    }
  }
  CorpusItem none;
  none.skip_reason = "not listed";
  return none;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Whether one of the notes holds both parts.
inline bool has_note(
    const CorpusListing& listing, const std::string& part, const std::string& other = "") {
  for (const std::string& note : listing.notes) {
    if (holds(note, part) && holds(note, other)) {
      return true;
    }
  }
  return false;
}

/// A file that is there and holds nothing a decoder would read: listing decodes nothing.
inline void put_media(const std::string& path) {
  put(path, "x");
}

}  // namespace sotto::datasets
