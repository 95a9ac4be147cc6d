#include "datasets/corpora/lombard_grid.h"

#include <algorithm>
#include <set>

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/grid_sentence.h"
#include "datasets/corpora/json_file.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kTestTalkers = {
    "s4", "s7", "s8", "s12", "s13", "s24", "s30", "s31", "s45", "s49", "s51", "s55"};

std::string member(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  if (found == row.end()) {
    return "";
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// What JSON lists call wrong: the reason by "s12_p_bbavza".
std::map<std::string, std::string> wrong_clips(ListingBuilder& builder) {
  std::map<std::string, std::string> wrong;
  for (const fs::path& path : json_files(builder.root())) {
    nlohmann::json rows;
    try {
      rows = read_json(path.string());
    } catch (const DataError& error) {
      builder.note(std::string(error.what()) + " (left out)");
      continue;
    }
    size_t number = 0;
    for (const auto& row : rows) {
      const std::string where = path.string() + ": entry " + std::to_string(++number);
      if (!row.is_object() || row.count("STATUS") == 0) {
        builder.count("entries of JSON files have no STATUS and were left out", where);
        continue;
      }
      const std::string status = member(row, "STATUS");
      const std::string talker = in_lower_case(member(row, "SPKR"));
      const std::string condition = in_lower_case(member(row, "COND")).substr(0, 1);
      const std::string key = (talker.rfind('s', 0) == 0 ? "" : "s") + talker + "_" + condition +
                              "_" + in_lower_case(member(row, "UTTERANCE"));
      if (in_lower_case(status) != "correct") {
        wrong.emplace(key, where + ": its status is " + status);
      }
    }
  }
  return wrong;
}

}  // namespace

void LombardGridOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field("camera", camera, {"front", "side", "both"}, "whose pictures to list");
  visitor.field(
      "condition", condition, {"plain", "lombard", "both"}, "whether spoken in quiet or in noise");
}

CorpusListing LombardGridCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  const std::map<std::string, std::string> wrong = wrong_clips(builder);
  std::map<std::string, int64_t> found;
  for (const fs::path& path : clip_files(root)) {
    const std::string camera = path.parent_path().filename().string();
    const std::string stem = path.stem().string();
    const auto fields = separated_fields(stem, '_');
    if ((camera != "front" && camera != "side") ||
        (options_.camera != "both" && camera != options_.camera)) {
      continue;
    }
    ++found[camera];
    CorpusItem item;
    item.source = path.string();
    item.id = camera + "/" + stem;
    item.talker = fields[0];
    item.split = kTestTalkers.count(item.talker) > 0 ? "test" : "train";
    const std::string condition(fields.size() > 1 ? fields[1] : "");
    if ((options_.condition == "plain" && condition == "l") ||
        (options_.condition == "lombard" && condition == "p")) {
      continue;
    }
    item.text = builder.normalised(grid_sentence(std::string(fields.size() > 2 ? fields[2] : "")));
    const fs::path sound = path.parent_path().parent_path() / "audio" / (stem + ".wav");
    if (is_file(builder.root() / sound)) {
      item.sound = sound.string();
    } else {
      builder.count("clips have no sound of their own; that in the video is taken", item.id);
    }
    const auto reason = wrong.find(in_lower_case(stem));
    if (fields.size() > 3) {
      item.skip_reason = item.source + ": its name says that it is wrong";
    } else if (item.text.empty() || (condition != "p" && condition != "l")) {
      item.skip_reason = item.source + ": expected a name such as s12_p_bbavza";
    } else if (reason != wrong.end()) {
      item.skip_reason = reason->second;
    }
    builder.add(std::move(item));
  }
  note_totals(builder, "Lombard GRID", {{"front", 5400, true}, {"side", 5400, true}}, found);
  return builder.finish("Lombard GRID (front or side with s12_p_bbavza.mov)");
}

}  // namespace sotto::datasets
