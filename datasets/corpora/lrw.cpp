#include "datasets/corpora/lrw.h"

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

constexpr double kMiddleS = 29.0 / 25 / 2;

// The time of the word, from the line `Duration: 0.47 seconds`; none if there is no such line.
std::vector<WordTime> word_time(
    ListingBuilder& builder, const std::string& word, const fs::path& path) {
  if (!is_file(path)) {
    builder.count("clips have no time of their word: the .txt is missing", path.string());
    return {};
  }
  std::vector<WordTime> words;
  try {
    for_each_line(read_text(path), path.string(), [&](std::string_view line, size_t) {
      const auto fields = blank_fields(line);
      const auto length =
          fields.size() >= 2 && fields[0] == "Duration:" ? number_of(fields[1]) : std::nullopt;
      if (length && *length > 0 && *length <= 2 * kMiddleS) {
        words = {{word, kMiddleS - *length / 2, kMiddleS + *length / 2}};
      }
    });
  } catch (const DataError&) {
    words.clear();
  }
  if (words.empty()) {
    builder.count("clips have no time of their word: no line 'Duration:'", path.string());
  }
  return words;
}

}  // namespace

void LrwOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
}

CorpusListing LrwCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  std::map<std::string, int64_t> found;
  for (const fs::path& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    if (parts.size() < 3) {
      continue;
    }
    const std::string& part = parts[parts.size() - 2];
    const std::string& word = parts[parts.size() - 3];
    if (part != "train" && part != "val" && part != "test") {
      continue;
    }
    CorpusItem item;
    item.source = path.string();
    item.split = part == "val" ? "valid" : part;
    item.id = word + "/" + part + "/" + path.stem().string();
    ++found[item.split];
    if (path.stem().string().rfind(word + "_", 0) == 0) {
      builder.set_text(item, word, item.source);
      item.words = word_time(builder, item.text, (builder.root() / path).replace_extension(".txt"));
    } else {
      item.skip_reason = item.source + ": expected a name that begins with its folder's, " + word;
    }
    builder.add(std::move(item));
  }
  note_totals(
      builder,
      "LRW",
      {{"train", 488766, true}, {"valid", 25000, true}, {"test", 25000, true}},
      found);
  return builder.finish("LRW (WORD/train, WORD/val, WORD/test with WORD_00001.mp4)");
}

}  // namespace sotto::datasets
