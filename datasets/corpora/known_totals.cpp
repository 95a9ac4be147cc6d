#include "datasets/corpora/known_totals.h"

#include <cstdlib>

#include "datasets/corpora/fields.h"

namespace sotto::datasets {
namespace {

constexpr double kUncertainty = 0.02;

}  // namespace

void note_totals(
    ListingBuilder& builder,
    const std::string& corpus,
    const std::vector<KnownTotal>& known,
    const std::map<std::string, int64_t>& found) {
  for (const KnownTotal& total : known) {
    const auto entry = found.find(total.part);
    const int64_t clips = entry == found.end() ? 0 : entry->second;
    const int64_t allowed =
        total.about ? static_cast<int64_t>(kUncertainty * static_cast<double>(total.clips)) : 0;
    if (clips >= total.clips - total.clips / 2 && std::llabs(clips - total.clips) > allowed) {
      builder.note(
          corpus + " " + total.part + ": " + (total.about ? "about " : "") +
          std::to_string(total.clips) + " clips are known, " + std::to_string(clips) + " found");
    }
  }
}

void note_words(
    ListingBuilder& builder,
    const std::string& corpus,
    const std::string& part,
    int64_t known,
    int64_t found) {
  if (found != known) {
    builder.note(
        corpus + " " + part + ": " + std::to_string(known) + " words are known, " +
        std::to_string(found) + " found");
  }
}

int64_t count_words(const std::string& text) {
  return static_cast<int64_t>(blank_fields(text).size());
}

}  // namespace sotto::datasets
