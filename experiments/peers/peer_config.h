#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sotto::experiments {

/// What a published configuration says besides the weights: VSR-ML's model.json (an object, or a list
/// of three with the object last), CNVSRC's backbone.json (`model.visual_backbone`), a language
/// model's json, or constructor settings as they are.
class PeerConfig {
 public:
  PeerConfig() = default;
  /// @param part  where the file holds one object a checkpoint, the key of this one's; may be empty
  /// @throws DataError
  PeerConfig(const std::string& path, const std::string& part);

  const std::string& path() const { return path_; }
  bool given() const { return !path_.empty(); }
  /// "model" with keys as VSR-ML's, "backbone" as CNVSRC's, "" otherwise.
  std::string kind() const;

  /// Whether the key is there and not null.
  bool has(const std::string& key) const;
  std::string text(const std::string& key, const std::string& otherwise) const;
  int64_t integer(const std::string& key, int64_t otherwise) const;
  /// True and false, or numbers.
  bool flag(const std::string& key, bool otherwise) const;
  /// The token list `char_list`; empty where there is none.
  std::vector<std::string> tokens() const;

 private:
  [[noreturn]] void wrong(const std::string& key, const std::string& expected) const;

  std::string path_;
  bool backbone_ = false;
  nlohmann::json options_ = nlohmann::json::object();
};

}  // namespace sotto::experiments
