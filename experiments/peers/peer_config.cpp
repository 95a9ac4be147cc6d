#include "experiments/peers/peer_config.h"

#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {
namespace {

constexpr size_t kLargestConfig = size_t{16} << 20;
constexpr int kDeepest = 32;

nlohmann::json parse(const std::string& path) {
  const std::string text = read_file(path, kLargestConfig);
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kDeepest) {
      throw DataError("too deep");
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text, shallow);
  } catch (const std::exception&) {
    throw DataError(path + ": expected JSON, as published beside the checkpoint; it cannot be read");
  }
}

}  // namespace

PeerConfig::PeerConfig(const std::string& path, const std::string& part) : path_(path) {
  nlohmann::json root = parse(path);
  if (root.is_array() && root.size() == 3) {
    root = nlohmann::json(root[2]);
  }
  if (!root.is_object()) {
    throw DataError(path + ": expected an object, or a list of three with the object last");
  }
  if (!part.empty() && root.contains(part) && root[part].is_object()) {
    root = nlohmann::json(root[part]);
  }
  if (root.contains("model") && root["model"].is_object()) {
    root = nlohmann::json(root["model"]);
  }
  if (root.contains("visual_backbone") && root["visual_backbone"].is_object()) {
    root = nlohmann::json(root["visual_backbone"]);
    backbone_ = true;
  }
  options_ = std::move(root);
}

std::string PeerConfig::kind() const {
  if (backbone_ || has("ddim")) {
    return "backbone";
  }
  return has("transformer_input_layer") || has("char_list") || has("labels_type") ? "model" : "";
}

bool PeerConfig::has(const std::string& key) const {
  const auto found = options_.find(key);
  return found != options_.end() && !found->is_null();
}

std::string PeerConfig::text(const std::string& key, const std::string& otherwise) const {
  if (!has(key)) {
    return otherwise;
  }
  return options_[key].is_string() ? options_[key].get<std::string>() : options_[key].dump();
}

int64_t PeerConfig::integer(const std::string& key, int64_t otherwise) const {
  if (!has(key)) {
    return otherwise;
  }
  if (!options_[key].is_number_integer()) {
    wrong(key, "a whole number");
  }
  return options_[key].get<int64_t>();
}

bool PeerConfig::flag(const std::string& key, bool otherwise) const {
  if (!has(key)) {
    return otherwise;
  }
  const nlohmann::json& value = options_[key];
  if (value.is_boolean()) {
    return value.get<bool>();
  }
  if (!value.is_number()) {
    wrong(key, "true or false");
  }
  return value.get<double>() != 0;
}

std::vector<std::string> PeerConfig::tokens() const {
  std::vector<std::string> all;
  if (!has("char_list")) {
    return all;
  }
  if (!options_["char_list"].is_array()) {
    wrong("char_list", "a list of strings");
  }
  for (const nlohmann::json& token : options_["char_list"]) {
    if (!token.is_string()) {
      wrong("char_list", "a list of strings");
    }
    all.push_back(token.get<std::string>());
  }
  return all;
}

void PeerConfig::wrong(const std::string& key, const std::string& expected) const {
  throw DataError(path_ + ": " + key + ": expected " + expected);
}

}  // namespace sotto::experiments
