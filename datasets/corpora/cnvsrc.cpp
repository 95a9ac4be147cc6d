#include "datasets/corpora/cnvsrc.h"

#include <algorithm>

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/labelled_tree.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace {

const std::string kFolder = "cnvsrc-";

// "single" or "multi", by the folder of the task; empty if none says it.
std::string task_of(const std::string& root, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (part.rfind(kFolder, 0) == 0) {
      return part.substr(kFolder.size());
    }
  }
  const std::string name = (std::filesystem::path(root) / "").parent_path().filename().string();
  return name.rfind(kFolder, 0) == 0 ? name.substr(kFolder.size()) : "";
}

}  // namespace

void CnvsrcOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field(
      "task", task, {"auto", "single", "multi"}, "which of both to list; auto: what is there");
  visitor.field(
      "valid_share",
      valid_share,
      between(0, 0.5),
      "",
      "share of the clips of dev that are kept for validation; 0: dev is not divided");
  LabelOptions::visit(visitor);
}

CorpusListing CnvsrcCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  LabelledTree tree(builder, options_);
  std::map<std::string, int64_t> found;
  for (const auto& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    const std::string task = task_of(root, parts);
    const auto video = std::find(parts.begin(), parts.end(), "video");
    if (video == parts.end() || video == parts.begin() ||
        (options_.task != "auto" && !task.empty() && task != options_.task)) {
      continue;
    }
    CorpusItem item;
    item.source = path.string();
    item.id = without_media_extension(item.source);
    item.split = *(video - 1);
    item.talker = task == "single" ? "single" : "";  // one person speaks all of it
    ++found[(task.empty() ? "" : task + " ") + item.split];
    tree.fill(item, item.split != "eval");
    if (item.split == "train" || item.split == "valid") {  // as the baselines' label files say
      ++found[task + " " + item.split];
    }
    if (item.split == "dev" && options_.valid_share > 0) {
      item.split = is_held_out(item.id, options_.valid_share) ? "valid" : "train";
    }
    builder.add(std::move(item));
  }
  tree.finish();
  note_totals(
      builder,
      "CNVSRC",
      {{"single dev", 25947, true},
       {"single eval", 300, true},
       {"single valid", 2882, false},
       {"multi dev", 20450, false},
       {"multi train", 15353, false},
       {"multi valid", 5097, false},
       {"multi eval", 10269, true}},
      found);
  return builder.finish("CNVSRC (cnvsrc-single or cnvsrc-multi with dev/video or eval/video)");
}

}  // namespace sotto::datasets
