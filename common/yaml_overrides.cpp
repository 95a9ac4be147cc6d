#include "common/yaml_overrides.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "common/error.h"

namespace sotto {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw ConfigError("command line: " + path + ": " + what);
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> keys;
  std::istringstream parts(path + ".");
  for (std::string key; std::getline(parts, key, '.');) {
    if (key.empty()) {
      fail(path, "expected names with single dots between them");
    }
    keys.push_back(key);
  }
  return keys;
}

size_t item_number(const YAML::Node& list, const std::string& key, const std::string& path) {
  const bool digits = key.size() < 10 && std::all_of(key.begin(), key.end(), [](char c) {
                        return c >= '0' && c <= '9';
                      });
  const size_t index = digits ? std::strtoul(key.c_str(), nullptr, 10) : list.size();
  if (index >= list.size()) {
    fail(path, "expected a number below " + std::to_string(list.size()) + ", got '" + key + "'");
  }
  return index;
}

/// `encoder: conformer` with `encoder.dim=64`: the short form becomes the long one.
void lengthen(YAML::Node node) {
  if (node.IsScalar()) {
    YAML::Node map(YAML::NodeType::Map);
    map["type"] = node.Scalar();
    node = map;
  }
}

void set(const YAML::Node& root, const std::string& path, const YAML::Node& value) {
  const std::vector<std::string> keys = split_path(path);
  YAML::Node node = root;  // moved with reset(): an assignment would change the tree itself
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size();
    YAML::Node next = node.IsSequence() ? node[item_number(node, keys[i], path)] : node[keys[i]];
    if (last) {
      next = value;
    } else {
      if (next.IsDefined()) {
        lengthen(next);
      }
      node.reset(next);
    }
  }
}

}  // namespace

std::set<std::string> apply_overrides(
    const YAML::Node& root, const std::vector<std::string>& overrides) {
  std::set<std::string> paths;
  for (const std::string& entry : overrides) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError("command line: expected key=value, got '" + entry + "'");
    }
    const std::string path = entry.substr(0, equals);
    try {
      set(root, path, YAML::Load(entry.substr(equals + 1)));
    } catch (const YAML::Exception& fault) {
      fail(path, fault.msg);
    }
    paths.insert(path);
  }
  return paths;
}

}  // namespace sotto
