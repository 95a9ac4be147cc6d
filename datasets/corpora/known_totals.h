#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

/// How large a part of a corpus is known to be.
struct KnownTotal {
  std::string part;
  int64_t clips = 0;
  bool about = false;  ///< the number is not certain: only larger differences are told
};

/// Notes where the clips found differ from what is known. A tree with less than half of a part is a
/// part of the corpus, and no fault.
void note_totals(
    ListingBuilder& builder,
    const std::string& corpus,
    const std::vector<KnownTotal>& known,
    const std::map<std::string, int64_t>& found);

/// Notes where the words of a part's usable clips differ from what is known.
void note_words(
    ListingBuilder& builder,
    const std::string& corpus,
    const std::string& part,
    int64_t known,
    int64_t found);

/// How many words a text has.
int64_t count_words(const std::string& text);

}  // namespace sotto::datasets
