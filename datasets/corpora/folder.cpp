#include "datasets/corpora/folder.h"

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/lrs_clips.h"
#include "datasets/corpora/media_files.h"

namespace sotto::datasets {
namespace {

void add_plain(ListingBuilder& builder, CorpusItem item, const std::filesystem::path& transcript) {
  if (!is_file(transcript)) {
    item.skip_reason = "no transcript: " + transcript.string() + " is missing";
  } else {
    try {
      builder.set_text(item, read_text(transcript), transcript.string());
    } catch (const DataError& failure) {
      item.skip_reason = failure.what();
    }
  }
  builder.add(std::move(item));
}

bool is_lrs_file(const std::filesystem::path& transcript) {
  try {
    return is_file(transcript) && is_lrs_text(read_text(transcript));
  } catch (const DataError&) {
    return false;  // told where it is read as a text
  }
}

}  // namespace

void FolderOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
}

CorpusListing FolderCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  const LrsCutOptions uncut;
  LrsClips clips(builder, uncut);
  for (const auto& path : clip_files(root)) {
    CorpusItem item;
    item.source = path.string();
    item.id = (path.parent_path() / path.stem()).string();
    item.talker = path.parent_path().filename().string();
    const auto transcript = (std::filesystem::path(root) / path).replace_extension(".txt");
    if (is_lrs_file(transcript)) {
      clips.add_sentence(std::move(item));
    } else {
      add_plain(builder, std::move(item), transcript);
    }
  }
  return builder.finish("media files");
}

}  // namespace sotto::datasets
