#include "datasets/corpora/cncvs.h"

#include <algorithm>
#include <set>

#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/labelled_tree.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace {

constexpr size_t kTalkers = 2557;

}  // namespace

void CncvsOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field(
      "valid_talkers",
      valid_talkers,
      between(0, 0.5),
      "",
      "share of the talkers that are kept for validation; without effect where label files tell "
      "the split");
  LabelOptions::visit(visitor);
}

CorpusListing CncvsCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  LabelledTree tree(builder, options_);
  std::map<std::string, int64_t> found;
  std::set<std::string> talkers;
  for (const auto& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    const auto video = std::find(parts.begin(), parts.end(), "video");
    if (video == parts.end() || video == parts.begin()) {
      continue;
    }
    CorpusItem item;
    item.source = path.string();
    item.id = without_media_extension(item.source);
    item.talker = *(video - 1);
    talkers.insert(item.talker);
    ++found["total"];
    tree.fill(item, true);
    ++found[item.split];  // as the baseline's label files say
    if (item.split.empty()) {
      item.split = is_held_out(item.talker, options_.valid_talkers) ? "valid" : "train";
    }
    builder.add(std::move(item));
  }
  tree.finish();
  note_totals(builder, "CN-CVS", {{"total", 206000, true}, {"valid", 914}, {"test", 906}}, found);
  if (talkers.size() > kTalkers / 2 && talkers.size() != kTalkers) {
    builder.note(
        "CN-CVS: " + std::to_string(kTalkers) + " talkers are known, " +
        std::to_string(talkers.size()) + " found");
  }
  return builder.finish("CN-CVS (news/TALKER/video and speech/TALKER/video)");
}

}  // namespace sotto::datasets
