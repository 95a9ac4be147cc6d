#pragma once

#include <string>
#include <vector>

namespace sotto::experiments {

/// Where the texts of clips come from; at most one of them is set. None: a .txt beside each clip.
struct TextSource {
  std::string text;   ///< of the only clip
  std::string file;   ///< holds the text of the only clip
  std::string lines;  ///< file of lines `id<tab>text`; an id is a clip's path or stem
};

/// The texts of clips.
class ClipTexts {
 public:
  /// @throws ConfigError if more than one source is set, or one that is for a single clip and there
  ///         are more; DataError for a file that cannot be read.
  ClipTexts(TextSource source, size_t clips);

  /// @throws DataError naming `path` if there is none.
  std::string of(const std::string& path) const;

 private:
  TextSource source_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace sotto::experiments
