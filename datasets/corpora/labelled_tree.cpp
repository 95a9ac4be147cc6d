#include "datasets/corpora/labelled_tree.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/json_file.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

bool holds_folder(const std::string& id, const std::string& folder) {
  return ("/" + id).find("/" + folder + "/") != std::string::npos;
}

}  // namespace

LabelledTree::LabelledTree(ListingBuilder& builder, const LabelOptions& options)
    : builder_(builder) {
  LabelOptions files = options;
  if (!files.units.empty()) {
    files.units = option_file(builder.root(), files.units, "units");
  }
  if (!options.labels.empty()) {
    scopes_.emplace_back();
    for (const std::string& name : options.labels) {
      const std::string path = option_file(builder.root(), name, "labels");
      read_label_file(path, files, builder, scopes_[0].labels);
    }
    return;
  }
  for (const fs::path& path : json_files(builder.root())) {
    Scope scope;
    const fs::path folder = path.parent_path().lexically_relative(builder.root());
    scope.folder = folder == "." ? "" : folder.string() + "/";
    const std::string split = split_in_name(path.string());
    if (fs::is_directory(path.parent_path() / split)) {
      scope.part = split;
    }
    try {
      read_label_file(path.string(), files, builder, scope.labels);
      scopes_.push_back(std::move(scope));
    } catch (const DataError& error) {
      builder.note(std::string(error.what()) + " (left out)");  // it may be about something else
    }
  }
}

const ClipLabel* LabelledTree::find(const std::string& id) {
  for (Scope& scope : scopes_) {
    const bool inside = id.compare(0, scope.folder.size(), scope.folder) == 0;
    if (inside && (scope.part.empty() || holds_folder(id, scope.part))) {
      if (const ClipLabel* label = scope.labels.find(id)) {
        return label;
      }
    }
  }
  return nullptr;
}

std::string LabelledTree::text_file(const std::string& source) const {
  static constexpr std::array<const char*, 6> kFolders = {
      "text", "txt", "trans", "transcript", "label", "labels"};
  fs::path beside = source;
  beside.replace_extension(".txt");
  if (is_file(builder_.root() / beside)) {
    return beside.string();
  }
  for (const char* folder : kFolders) {
    const fs::path parallel = with_folder(beside, "video", folder);
    if (!parallel.empty() && is_file(builder_.root() / parallel)) {
      return parallel.string();
    }
  }
  return "";
}

void LabelledTree::find_sound(CorpusItem& item) const {
  for (const char* extension : {".wav", ".flac", ".m4a"}) {
    fs::path sound = with_folder(item.source, "video", "audio");
    if (!sound.empty() && is_file(builder_.root() / sound.replace_extension(extension))) {
      item.sound = sound.string();
      return;
    }
  }
}

void LabelledTree::read_text_file(CorpusItem& item, const fs::path& path) {
  try {
    const std::string text = builder_.read_transcript(path);
    const std::string_view all = trimmed(text);
    const std::string_view first = all.substr(0, all.find('\n'));
    if (first.size() < all.size()) {
      builder_.count("transcripts have more than one line; the first counts", path.string());
    }
    builder_.set_text(item, first, path.string());
  } catch (const DataError& error) {
    item.skip_reason = error.what();
  }
}

void LabelledTree::fill(CorpusItem& item, bool text_needed) {
  find_sound(item);
  if (const ClipLabel* label = find(item.id)) {
    item.talker = item.talker.empty() ? label->talker : item.talker;
    item.split = label->split.empty() ? item.split : label->split;
    if (label->fault.empty()) {
      builder_.set_text(item, label->text, label->where);
    } else {
      item.skip_reason = label->fault;
    }
    return;
  }
  const std::string file = text_file(item.source);
  if (!file.empty()) {
    read_text_file(item, builder_.root() / file);
  } else if (!text_needed) {
    builder_.count("clips have no transcript and are kept without", item.id);
  } else if (scopes_.empty()) {
    item.skip_reason = "no transcript: there is no file of labels and no " +
                       fs::path(item.source).stem().string() + ".txt";
  } else {
    item.skip_reason = "no transcript: no file of labels names it";
  }
}

void LabelledTree::finish() {
  std::vector<std::string> unused;
  for (const Scope& scope : scopes_) {
    for (const auto& entry : scope.labels.all()) {
      if (!entry.second.used) {
        unused.push_back(entry.second.where);
      }
    }
  }
  std::sort(unused.begin(), unused.end());
  for (const std::string& where : unused) {
    builder_.count("labels have no clip", where);
  }
}

}  // namespace sotto::datasets
