#pragma once

#include <string>
#include <unordered_map>

namespace sotto::datasets {

/// What a list says of a clip.
struct ClipLabel {
  std::string text;
  std::string talker;
  std::string split;
  std::string where;  ///< file:line, or file and entry
  std::string fault;  ///< why the text cannot be used; empty if it can
  bool used = false;
};

/// Labels of clips by what lists call them: a whole path, its end, or the bare name.
class ClipLabels {
 public:
  /// @param key  an extension of media files is dropped.
  /// @return false if there is a label of this key, which stays.
  bool add(const std::string& key, ClipLabel label);
  /// The label of the clip `id` (a path without extension): of the longest end of the path that is
  /// a key, or of the only key that ends in the clip's name. Marks it as used.
  const ClipLabel* find(const std::string& id);
  bool empty() const { return labels_.empty(); }
  size_t size() const { return labels_.size(); }
  const std::unordered_map<std::string, ClipLabel>& all() const { return labels_; }

 private:
  std::unordered_map<std::string, ClipLabel> labels_;
  std::unordered_map<std::string, std::string> keys_;  ///< by name; empty if several have it
};

/// The part of a corpus that a file's name tells: its words train, pretrain, trainval, test, dev,
/// eval as they are, valid and val as valid; empty if none.
std::string split_in_name(const std::string& path);

}  // namespace sotto::datasets
