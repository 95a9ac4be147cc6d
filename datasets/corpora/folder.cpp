#include "datasets/corpora/folder.h"

#include <algorithm>
#include <map>

#include "common/error.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/normalise.h"

namespace sotto::datasets {
namespace {

void read_transcript(CorpusItem& item, const std::filesystem::path& transcript) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(transcript, error)) {
    item.skip_reason = "no transcript: " + transcript.string() + " is missing";
    return;
  }
  try {
    const std::string text = read_text(transcript);
    if (!is_utf8(text)) {
      item.skip_reason = transcript.string() + ": expected UTF-8 text";
      return;
    }
    item.text = normalise_english(text);
  } catch (const DataError& failure) {
    item.skip_reason = failure.what();
    return;
  }
  if (item.text.empty()) {
    item.skip_reason = transcript.string() + ": the transcript is empty";
  }
}

}  // namespace

CorpusListing FolderCorpus::list(const std::string& root) const {
  std::map<std::string, CorpusItem> items;
  for (const auto& path : media_files(root)) {
    CorpusItem item;
    item.source = path.string();
    item.id = (path.parent_path() / path.stem()).string();
    item.talker = path.parent_path().filename().string();
    if (!is_utf8(item.source)) {
      item.skip_reason = "its name is not UTF-8";
    } else if (items.count(item.id) > 0) {
      // Two files would be one clip: which of them was meant is not ours to guess.
      item.id = item.source;
      item.skip_reason = "another clip has the same name but for its extension";
    } else {
      read_transcript(item, (std::filesystem::path(root) / path).replace_extension(".txt"));
    }
    items.emplace(item.id, std::move(item));
  }
  if (items.empty()) {
    throw DataError(root + ": expected media files, got a folder without");
  }
  std::vector<CorpusItem> sorted;
  for (auto& entry : items) {
    sorted.push_back(std::move(entry.second));
  }
  return {std::move(sorted), {}, kEnglishRules};
}

}  // namespace sotto::datasets
