#include "datasets/corpora/cmlr.h"

#include <algorithm>
#include <unordered_map>

#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/labelled_tree.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

bool is_talker(const std::string& name) {
  return name.size() > 1 && name[0] == 's' &&
         name.find_first_not_of("0123456789", 1) == std::string::npos;
}

// "s4_20110304_section_4_002.92_004.59", however the parts are parted and whatever is before them.
std::string clip_key(const std::string& id) {
  std::string key;
  for (const std::string& part : components(id)) {
    key = key.empty() || is_talker(part) ? part : key + "_" + part;
  }
  return key;
}

struct Listed {
  std::string split;
  std::string where;
};

std::unordered_map<std::string, Listed> read_lists(ListingBuilder& builder) {
  std::unordered_map<std::string, Listed> listed;
  for (const char* name : {"train", "val", "test"}) {
    fs::path file;
    for (const char* extension : {".csv", ".txt"}) {
      const fs::path candidate = builder.root() / (std::string(name) + extension);
      file = file.empty() && is_file(candidate) ? candidate : file;
    }
    if (file.empty()) {
      builder.note(std::string("there is no list ") + name + ".csv");
      continue;
    }
    LineReader lines(file.string());
    while (lines.next()) {
      const auto fields = separated_fields(lines.line(), ',');
      const auto words = blank_fields(fields[0]);
      if (words.empty()) {
        continue;
      }
      const std::string key = clip_key(without_media_extension(std::string(words[0])));
      const std::string split = std::string(name) == "val" ? "valid" : name;
      if (!listed.emplace(key, Listed{split, lines.where()}).second) {
        builder.count("clips are listed twice; the first list counts", lines.where());
      }
    }
  }
  return listed;
}

}  // namespace

void CmlrOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  LabelOptions::visit(visitor);
}

CorpusListing CmlrCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  LabelledTree tree(builder, options_);
  auto listed = read_lists(builder);
  const bool lists = !listed.empty();
  std::map<std::string, int64_t> found;
  for (const fs::path& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    const auto talker = std::find_if(parts.begin(), parts.end(), is_talker);
    if (talker == parts.end() || std::find(parts.begin(), talker, "audio") != talker) {
      continue;
    }
    CorpusItem item;
    item.source = path.string();
    item.id = without_media_extension(item.source);
    item.talker = *talker;
    const auto entry = listed.find(clip_key(item.id));
    if (entry != listed.end()) {
      item.split = entry->second.split;
      listed.erase(entry);
    } else if (lists) {
      builder.count("clips are in no list and have no split", item.id);
    }
    ++found[item.split];
    tree.fill(item, true);
    builder.add(std::move(item));
  }
  tree.finish();
  for (const auto& entry : listed) {
    builder.count("lines of lists have no clip", entry.second.where);
  }
  note_totals(builder, "CMLR", {{"train", 71448}, {"valid", 10206}, {"test", 20418}}, found);
  return builder.finish("CMLR (video/s4/20110304/section_4_002.92_004.59.mp4)");
}

}  // namespace sotto::datasets
