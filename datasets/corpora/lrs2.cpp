#include "datasets/corpora/lrs2.h"

#include <array>
#include <set>

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

/// Puts clips and lists together.
class Lrs2Lister {
 public:
  Lrs2Lister(ListingBuilder& builder, const LrsCutOptions& options)
      : builder_(builder), clips_(builder, options), tree_(builder.root().string()) {}

  void read_list(const List& list) {
    const fs::path file = find_list(builder_.root(), list.file);
    if (file.empty()) {
      builder_.note(std::string("there is no list ") + list.file);
      return;
    }
    listed_folders_.insert(list.folder);
    const std::string text = builder_.read_transcript(file);
    for_each_line(text, file.string(), [&](std::string_view line, size_t number) {
      const auto fields = blank_fields(line);
      if (!fields.empty()) {
        read_entry(list, fields[0], line_name(file.string(), number));
      }
    });
  }

  /// Clips on disk that no list has named: only where there is no list are they used.
  void add_rest() {
    for (const auto& [id, path] : tree_.rest()) {
      const std::string folder = components(id)[0];
      if (listed_folders_.count(folder) > 0) {
        builder_.count("clips are in no list and were left out", id);
      } else if (components(id).size() == 3) {
        add(id, path, folder);
      }
    }
  }

  void note_known(bool words) {
    note_totals(
        builder_,
        "LRS2",
        {{"pretrain", 96318}, {"train", 45839}, {"valid", 1082}, {"test", kTestClips}},
        found_);
    if (words && found_["test"] == kTestClips) {
      note_words(builder_, "LRS2", "test", kTestWords, words_["test"]);
    }
  }

 private:
  // PROGRAMME/CLIP, with or without the folder before it and an extension behind.
  void read_entry(const List& list, std::string_view entry, const std::string& where) {
    const std::string name = without_media_extension(path_below(entry).value_or(""));
    const std::string id =
        path_behind(name, list.folder) ? name : std::string(list.folder) + "/" + name;
    fs::path path;
    if (components(id).size() != 3) {
      builder_.count("lines of lists are not PROGRAMME/CLIP and were left out", where);
    } else if (!listed_.insert(id).second) {
      builder_.count("clips are listed twice; the first list counts", where);
    } else if (tree_.take(id, path)) {
      add(id, path, list.split);
    } else {
      CorpusItem item;
      item.id = id;
      item.source = id + ".mp4";
      item.split = list.split;
      item.skip_reason = where + ": " + item.source + " is missing";
      builder_.add(std::move(item));
    }
  }

  void add(const std::string& id, const fs::path& path, const std::string& split) {
    const std::vector<std::string> parts = components(id);
    CorpusItem item;
    item.id = id;
    item.source = path.string();
    item.talker = parts[1];
    item.split = split;
    ++found_[split];
    if (parts[0] == "pretrain") {
      clips_.add_long(item);
    } else {
      words_[split] += clips_.add_sentence(std::move(item));
    }
  }

  ListingBuilder& builder_;
  LrsClips clips_;
  Lrs2Tree tree_;
  std::set<std::string> listed_folders_;
  std::set<std::string> listed_;
  std::map<std::string, int64_t> found_;
  std::map<std::string, int64_t> words_;
};

}  // namespace

void Lrs2Options::visit(OptionVisitor& visitor) {
  LrsCutOptions::visit(visitor);
  visit_text_rules(visitor, text);
}

CorpusListing Lrs2Corpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  Lrs2Lister lister(builder, options_);
  for (const List& list : kLists) {
    lister.read_list(list);
  }
  lister.add_rest();
  lister.note_known(options_.text == "english-1");
  return builder.finish(
      "LRS2 (mvlrs_v1/main and mvlrs_v1/pretrain with PROGRAMME/CLIP.mp4 and .txt)");
}

std::string Lrs2Corpus::notice() const {
  return "LRS2-BBC: T. Afouras, J. S. Chung, A. Senior, O. Vinyals, A. Zisserman, \"Deep "
         "audio-visual speech recognition\", arXiv:1809.02108, 2018. The BBC's licence binds "
         "whoever has the corpus; the clips here are cut out of its recordings.";
}

}  // namespace sotto::datasets
