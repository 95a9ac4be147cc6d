// Transcripts and label files of corpora: whatever they hold, times are in order and rows end.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/error.h"
#include "datasets/corpora/csv_reader.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/lrs_text.h"
#include "datasets/corpora/word_cuts.h"

namespace sotto::datasets {
namespace {

void check_lrs(const std::string& text) {
  const LrsText lrs = parse_lrs_text(text, "clip.txt");
  for (const WordTime& word : lrs.words) {
    if (!(word.start_s >= 0) || !(word.end_s >= word.start_s)) {
      std::abort();
    }
  }
  for (const auto& cuts : {cut_at_limit(lrs.words, 2), cut_at_pauses(lrs.words, 2)}) {
    size_t next = 0;
    for (const WordCut& cut : cuts) {
      if (cut.first != next || cut.last <= cut.first) {
        std::abort();
      }
      next = cut.last;
    }
    if (next != lrs.words.size()) {
      std::abort();
    }
  }
}

void check_csv(const std::string& text) {
  CsvReader reader(text, "table.csv");
  size_t rows = 0;
  while (reader.next()) {
    if (++rows > text.size() || (reader.fault().empty() == reader.fields().empty())) {
      std::abort();
    }
  }
}

}  // namespace
}  // namespace sotto::datasets

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    sotto::datasets::check_csv(text);
    sotto::datasets::check_lrs(text);
  } catch (const sotto::Error&) {
  }
  return 0;
}
