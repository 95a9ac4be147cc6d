#include "datasets/corpora/voxceleb2.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/option_text.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

// TALKER/VIDEO/CLIP, whatever stands before it.
std::string short_id(const std::string& id) {
  const std::vector<std::string> parts = components(id);
  const size_t first = parts.size() > 3 ? parts.size() - 3 : 0;
  return join({parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end()}, "/");
}

std::set<std::string> read_ids(const std::string& path) {
  std::set<std::string> ids;
  LineReader lines(path);
  while (lines.next()) {
    const auto fields = blank_fields(lines.line());
    if (!fields.empty()) {
      ids.insert(short_id(without_media_extension(std::string(fields[0]))));
    }
  }
  return ids;
}

std::string find_sound(const fs::path& root, const fs::path& source) {
  static constexpr std::array<const char*, 4> kFolders = {"aac", "m4a", "wav", "audio"};
  static constexpr std::array<const char*, 4> kExtensions = {".m4a", ".wav", ".aac", ".flac"};
  for (const char* folder : kFolders) {
    fs::path path = with_folder(source, "mp4", folder);
    for (const char* extension : kExtensions) {
      if (!path.empty() && is_file(root / path.replace_extension(extension))) {
        return path.string();
      }
    }
  }
  return "";
}

}  // namespace

void Voxceleb2Options::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field("id_list", id_list, "file with the ids to list, one a line; empty: all");
}

CorpusListing Voxceleb2Corpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  std::set<std::string> wanted;
  if (!options_.id_list.empty()) {
    wanted = read_ids(option_file(root, options_.id_list, "id_list"));
  }
  const bool all = options_.id_list.empty();
  for (const fs::path& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    const auto folder = std::find(parts.begin(), parts.end(), "mp4");
    CorpusItem item;
    item.source = path.string();
    item.id = without_media_extension(item.source);
    if (parts.end() - folder != 4 || (!all && wanted.erase(short_id(item.id)) == 0)) {
      continue;
    }
    item.talker = *(folder + 1);
    item.split = folder == parts.begin() ? "" : *(folder - 1);
    item.sound = find_sound(root, path);
    if (item.sound.empty()) {
      builder.count("clips have no sound of their own; that in the video is taken", item.id);
    }
    builder.add(std::move(item));
  }
  for (const std::string& id : wanted) {
    builder.count("ids of " + options_.id_list + " have no clip", id);
  }
  builder.note("VoxCeleb2 has no transcripts; clips are kept without");
  return builder.finish("VoxCeleb2 (mp4/TALKER/VIDEO/CLIP.mp4)");
}

}  // namespace sotto::datasets
