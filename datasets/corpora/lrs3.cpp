#include "datasets/corpora/lrs3.h"

#include <array>
#include <set>

#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets {
namespace {

constexpr std::array<const char*, 3> kParts = {"pretrain", "trainval", "test"};
constexpr int64_t kTestClips = 1321;
constexpr int64_t kTestWords = 9890;

std::set<std::string> read_valid_list(const std::string& path) {
  std::set<std::string> ids;
  for (const std::string& line : read_text_lines(path)) {
    std::string id = without_media_extension(std::string(trimmed(line)));
    if (!id.empty()) {
      ids.insert(path_behind(id, "trainval") ? std::move(id) : "trainval/" + id);
    }
  }
  return ids;
}

}  // namespace

void Lrs3Options::visit(OptionVisitor& visitor) {
  LrsCutOptions::visit(visitor);
  visit_text_rules(visitor, text);
  visitor.field(
      "valid_talkers",
      valid_talkers,
      between(0, 0.5),
      "",
      "share of the talks that are kept for validation; without effect if there is a list");
  visitor.field("valid_list", valid_list, "file with the ids of trainval that are for validation");
}

CorpusListing Lrs3Corpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  LrsClips clips(builder, options_);
  const bool by_list = !options_.valid_list.empty();
  std::set<std::string> valid;
  if (by_list) {
    valid = read_valid_list(option_file(root, options_.valid_list, "valid_list"));
  }
  std::map<std::string, int64_t> found;
  int64_t test_words = 0;
  for (const auto& path : clip_files(root)) {
    for (const std::string part : kParts) {
      const auto behind = path_behind(path, part);
      if (!behind) {
        continue;
      }
      CorpusItem item;
      item.source = path.string();
      item.id = part + "/" + without_media_extension(*behind);
      item.talker = std::filesystem::path(*behind).parent_path().string();
      item.split = part == "trainval" ? "train" : part;
      const bool held_out = !by_list && is_held_out(item.talker, options_.valid_talkers);
      ++found[part];
      if (part == "pretrain") {
        item.split = held_out ? "held_out" : part;
        clips.add_long(item);
      } else if (part == "test") {
        test_words += clips.add_sentence(std::move(item));
      } else {
        item.split = held_out || valid.erase(item.id) > 0 ? "valid" : "train";
        clips.add_sentence(std::move(item));
      }
      break;
    }
  }
  for (const std::string& id : valid) {
    builder.count("ids of " + options_.valid_list + " have no clip", id);
  }
  note_totals(
      builder, "LRS3", {{"pretrain", 118516}, {"trainval", 31982}, {"test", kTestClips}}, found);
  if (found["test"] == kTestClips && options_.text == "english-1") {
    note_words(builder, "LRS3", "test", kTestWords, test_words);
  }
  return builder.finish("LRS3 (pretrain, trainval or test with TALK/CLIP.mp4 and .txt)");
}

std::string Lrs3Corpus::notice() const {
  return "LRS3-TED: T. Afouras, J. S. Chung, A. Zisserman, \"LRS3-TED: a large-scale dataset for "
         "visual speech recognition\", arXiv:1809.00496, 2018. Its licence and the terms of TED "
         "talks bind whoever has the corpus; the clips here are cut out of its recordings.";
}

}  // namespace sotto::datasets
