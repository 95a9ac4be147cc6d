#include "datasets/corpora/listing_builder.h"

#include "common/error.h"
#include "common/option_text.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/text_rules.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

constexpr size_t kExamples = 3;

int64_t tags_in(std::string_view text) {
  int64_t tags = 0;
  for (size_t open = text.find('{'); open != std::string_view::npos;) {
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      break;
    }
    ++tags;
    open = text.find('{', close);
  }
  return tags;
}

// ISO-8859-1 is the first 256 characters of Unicode.
std::string from_latin_1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (code >> 6));
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return text;
}

}  // namespace

void visit_text_rules(OptionVisitor& visitor, std::string& name) {
  visitor.field("text", name, text_rule_names(), "rules that the transcripts go through");
}

ListingBuilder::ListingBuilder(std::string root, std::string text_rules)
    : root_(std::move(root)), rules_(std::move(text_rules)) {}

std::string ListingBuilder::normalised(std::string_view text) const {
  return apply_text_rules(rules_, text);
}

void ListingBuilder::set_text(CorpusItem& item, std::string_view text, const std::string& where) {
  if (!is_utf8(text)) {
    item.skip_reason = where + ": expected UTF-8 text";
    return;
  }
  item.text = normalised(text);
  const bool english = rules_.rfind("english", 0) == 0;  // the rules that know tags
  for (int64_t tags = english ? tags_in(text) : 0; tags > 0; --tags) {
    count("tags in braces, such as {NS}, were dropped", where);
  }
  if (item.text.empty()) {
    item.skip_reason = where + ": the transcript is empty";
  }
}

std::string ListingBuilder::read_transcript(const std::filesystem::path& path) {
  std::string text = read_text(path);
  if (!is_utf8(text)) {
    count("files are not UTF-8 and were read as ISO-8859-1", path.string());
    text = from_latin_1(text);
  }
  return text;
}

void ListingBuilder::add(CorpusItem item) {
  if (!is_utf8(item.source) || !is_utf8(item.id)) {
    item.skip_reason = "its name is not UTF-8";
  }
  if (items_.count(item.id) > 0) {
    // Two files would be one clip: which of them was meant is not ours to guess.
    item.skip_reason = "another clip is called " + item.id + " too";
    item.id = item.source;
    for (int number = 2; items_.count(item.id) > 0; ++number) {
      item.id = item.source + "#" + std::to_string(number);
    }
  }
  std::string id = item.id;
  items_.emplace(std::move(id), std::move(item));
}

void ListingBuilder::count(const std::string& what, const std::string& where) {
  Seen& seen = seen_[what];
  ++seen.times;
  if (seen.first.size() < kExamples && (seen.first.empty() || seen.first.back() != where)) {
    seen.first.push_back(where);
  }
}

CorpusListing ListingBuilder::finish(const std::string& expected) {
  if (items_.empty()) {
    throw DataError(root_.string() + ": expected " + expected + ", got a folder without");
  }
  CorpusListing listing;
  for (auto& entry : items_) {
    listing.items.push_back(std::move(entry.second));
  }
  listing.notes = std::move(notes_);
  for (const auto& [what, seen] : seen_) {
    const bool all = static_cast<int64_t>(seen.first.size()) >= seen.times;
    listing.notes.push_back(
        std::to_string(seen.times) + " " + what + " (" + join(seen.first, ", ") +
        (all ? ")" : ", ...)"));
  }
  listing.text_rules = rules_;
  return listing;
}

}  // namespace sotto::datasets
