#include "datasets/corpora/grid.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "common/error.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/listing_builder.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace {

constexpr double kUnitsPerSecond = 25000.0;

// s1, s2, ...
bool is_talker(const std::string& name) {
  return name.size() > 1 && name[0] == 's' &&
         std::all_of(
             name.begin() + 1, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

void read_words(ListingBuilder& builder, CorpusItem& item, const std::filesystem::path& align) {
  if (!std::filesystem::exists(align)) {
    item.skip_reason = "no word times: " + align.string() + " is missing";
    return;
  }
  try {
    item.words = parse_align(read_text(align), align.string());
  } catch (const DataError& error) {
    item.skip_reason = error.what();
    return;
  }
  for (WordTime& word : item.words) {
    word.word = builder.normalised(word.word);
    item.text += (item.text.empty() ? "" : " ") + word.word;
  }
  if (item.text.empty()) {
    item.skip_reason = align.string() + " has no words";
  }
}

}  // namespace

std::vector<WordTime> parse_align(const std::string& text, const std::string& name) {
  std::vector<WordTime> words;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::istringstream fields(line);
    double start = 0;
    double end = 0;
    std::string word;
    std::string more;
    if (line.find_first_not_of(" \t\r") == std::string::npos) {
      continue;
    }
    if (!(fields >> start >> end >> word) || (fields >> more) || start < 0 || end < start) {
      throw DataError(
          name + ":" + std::to_string(number) + ": expected 'start end word', got '" + line + "'");
    }
    if (word != "sil" && word != "sp") {
      words.push_back({word, start / kUnitsPerSecond, end / kUnitsPerSecond});
    }
  }
  return words;
}

void GridOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
}

CorpusListing GridCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  std::map<std::string, int64_t> found;
  for (const auto& path : clip_files(root)) {
    const std::string talker = path.parent_path().string();
    CorpusItem item;
    item.talker = talker;
    item.source = path.string();
    item.id = (path.parent_path() / path.stem()).string();
    if (!is_talker(talker) || builder.has(item.id)) {
      continue;  // a second container of the same sentence is no other clip
    }
    ++found["total"];
    read_words(builder, item, std::filesystem::path(root) / "align" / (item.id + ".align"));
    builder.add(std::move(item));
  }
  note_totals(builder, "GRID", {{"total", 33000, true}}, found);
  return builder.finish("GRID (sN/NAME.mpg and align/sN/NAME.align)");
}

std::string GridCorpus::notice() const {
  return "GRID audio-visual sentence corpus: M. Cooke, J. Barker, S. Cunningham, X. Shao, \"An "
         "audio-visual corpus for speech perception and automatic speech recognition\", J. Acoust. "
         "Soc. Am. 120(5), 2006; licence CC BY 4.0. The clips here are cut out of its recordings "
         "and encoded again.";
}

}  // namespace sotto::datasets
