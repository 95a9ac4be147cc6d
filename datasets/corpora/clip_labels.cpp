#include "datasets/corpora/clip_labels.h"

#include <array>
#include <filesystem>

#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"

namespace sotto::datasets {
namespace {

std::string name_in(const std::string& path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

bool ClipLabels::add(const std::string& key, ClipLabel label) {
  const std::string plain = without_media_extension(key);
  if (!labels_.emplace(plain, std::move(label)).second) {
    return false;
  }
  const auto added = keys_.emplace(name_in(plain), plain);
  if (!added.second) {
    added.first->second.clear();
  }
  return true;
}

const ClipLabel* ClipLabels::find(const std::string& id) {
  auto found = labels_.find(id);
  for (size_t slash = id.find('/'); found == labels_.end() && slash != std::string::npos;
       slash = id.find('/', slash + 1)) {
    found = labels_.find(id.substr(slash + 1));
  }
  if (found == labels_.end()) {
    const auto key = keys_.find(name_in(id));
    found = key == keys_.end() ? labels_.end() : labels_.find(key->second);
  }
  if (found == labels_.end()) {
    return nullptr;
  }
  found->second.used = true;
  return &found->second;
}

std::string split_in_name(const std::string& path) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "train", "pretrain", "trainval", "test", "dev", "eval", "valid", "val"};
  const std::string name = in_lower_case(std::filesystem::path(path).stem().string());
  std::string word;
  for (size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && name[i] >= 'a' && name[i] <= 'z') {
      word += name[i];
      continue;
    }
    for (const std::string_view known : kNames) {
      if (word == known) {
        return word == "val" ? "valid" : word;
      }
    }
    word.clear();
  }
  return "";
}

}  // namespace sotto::datasets
