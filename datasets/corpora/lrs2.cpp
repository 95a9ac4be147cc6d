#include "datasets/corpora/lrs2.h"

#include <array>

#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

struct List {
  const char* file;
  const char* split;
  const char* folder;
};

constexpr std::array<List, 4> kLists = {
    {{"pretrain.txt", "pretrain", "pretrain"},
     {"train.txt", "train", "main"},
     {"val.txt", "valid", "main"},
     {"test.txt", "test", "main"}}};
constexpr int64_t kTestClips = 1243;
constexpr int64_t kTestWords = 6660;

// The list in mvlrs_v1 or beside it, whichever of both the root is.
fs::path find_list(const fs::path& root, const char* name) {
  for (const fs::path& path :
       {root / name, root / "mvlrs_v1" / name, fs::absolute(root / ".." / name)}) {
    const bool above = path.parent_path().filename() == "..";
    if ((!above || fs::exists(root / "main") || fs::exists(root / "pretrain")) && is_file(path)) {
      return path.lexically_normal();
    }
  }
  return {};
}

/// Clips on disk by id; those that a list names are taken out.
class Lrs2Tree {
 public:
  explicit Lrs2Tree(const std::string& root) {
    for (const fs::path& path : clip_files(root)) {
      for (const std::string folder : {"main", "pretrain"}) {
        const auto behind = path_behind(path, folder);
        if (behind) {
          paths_.emplace(folder + "/" + without_media_extension(*behind), path);
          break;
        }
      }
    }
  }

  bool take(const std::string& id, fs::path& path) {
    const auto found = paths_.find(id);
    if (found == paths_.end()) {
      return false;
    }
    path = found->second;
    paths_.erase(found);
    return true;
  }

  const std::map<std::string, fs::path>& rest() const { return paths_; }

 private:
  std::map<std::string, fs::path> paths_;
};

}  // namespace

void Lrs2Options::visit(OptionVisitor& visitor) {
  LrsCutOptions::visit(visitor);
  visit_text_rules(visitor, text);
}

CorpusListing Lrs2Corpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  LrsClips clips(builder, options_);
  Lrs2Tree tree(root);
  std::map<std::string, int64_t> found;
  std::map<std::string, int64_t> words;
  const auto add = [&](const std::string& id, const fs::path& path, const std::string& split) {
    CorpusItem item;
    item.id = id;
    item.source = path.string();
    item.talker = components(id)[1];
    item.split = split;
    ++found[split];
    if (id.rfind("pretrain/", 0) == 0) {
      clips.add_long(item);
    } else {
      words[split] += clips.add_sentence(std::move(item));
    }
  };
  bool main_lists = false;
  bool pretrain_list = false;
  std::map<std::string, std::string> listed;
  for (const List& list : kLists) {
    const fs::path file = find_list(root, list.file);
    if (file.empty()) {
      builder.note(std::string("there is no list ") + list.file);
      continue;
    }
    (std::string(list.folder) == "main" ? main_lists : pretrain_list) = true;
    size_t number = 0;
    const std::string text = builder.read_transcript(file);
    for_each_line(text, file.string(), [&](std::string_view line, size_t at) {
      number = at;
      const auto fields = blank_fields(line);
      if (fields.empty()) {
        return;
      }
      const std::string where = line_name(file.string(), number);
      const auto below = path_below(fields[0]);
      const std::string name = without_media_extension(below.value_or(""));
      const std::string id =
          path_behind(name, list.folder) ? name : std::string(list.folder) + "/" + name;
      const auto earlier = listed.emplace(id, where);
      fs::path path;
      if (components(id).size() != 3) {
        builder.count("lines of lists are not PROGRAMME/CLIP and were left out", where);
      } else if (!earlier.second) {
        builder.count("clips are listed twice; the first list counts", where);
      } else if (tree.take(id, path)) {
        add(id, path, list.split);
      } else {
        CorpusItem item;
        item.id = id;
        item.source = id + ".mp4";
        item.split = list.split;
        item.skip_reason = where + ": " + item.source + " is missing";
        builder.add(std::move(item));
      }
    });
  }
  for (const auto& [id, path] : tree.rest()) {
    const bool pretrain = id.rfind("pretrain/", 0) == 0;
    if (pretrain ? pretrain_list : main_lists) {
      builder.count("clips are in no list and were left out", id);
    } else if (components(id).size() == 3) {
      add(id, path, pretrain ? "pretrain" : "main");
    }
  }
  note_totals(
      builder,
      "LRS2",
      {{"pretrain", 96318}, {"train", 45839}, {"valid", 1082}, {"test", kTestClips}},
      found);
  if (found["test"] == kTestClips && options_.text == "english-1") {
    note_words(builder, "LRS2", "test", kTestWords, words["test"]);
  }
  return builder.finish(
      "LRS2 (mvlrs_v1/main and mvlrs_v1/pretrain with PROGRAMME/CLIP.mp4 and .txt)");
}

std::string Lrs2Corpus::notice() const {
  return "LRS2-BBC: T. Afouras, J. S. Chung, A. Senior, O. Vinyals, A. Zisserman, \"Deep "
         "audio-visual speech recognition\", arXiv:1809.02108, 2018. The BBC's licence binds "
         "whoever has the corpus; the clips here are cut out of its recordings.";
}

}  // namespace sotto::datasets
