#include "common/yaml_values.h"

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "common/error.h"

namespace sotto {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

void collect(const YAML::Node& node, const std::string& path, Values& values) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.IsMap()) {
    for (const auto& item : node) {
      collect(item.second, below(item.first.Scalar()), values);
    }
  } else if (node.IsSequence()) {
    const bool plain =
        std::all_of(node.begin(), node.end(), [](const auto& item) { return item.IsScalar(); });
    std::string all;
    size_t number = 0;
    for (const auto& item : node) {
      if (plain) {
        all += (all.empty() ? "" : ", ") + item.Scalar();
      } else {
        collect(item, below(std::to_string(number++)), values);
      }
    }
    if (plain) {
      values.emplace_back(path, "[" + all + "]");
    }
  } else {
    values.emplace_back(path, node.IsScalar() ? node.Scalar() : "");
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> yaml_values(
    const std::string& text, const std::string& name) {
  Values values;
  try {
    collect(YAML::Load(text), "", values);
  } catch (const YAML::Exception& fault) {
    throw ConfigError(name + ":" + std::to_string(fault.mark.line + 1) + ": " + fault.msg);
  }
  return values;
}

std::string yaml_value(const std::string& text, const std::string& name, const std::string& key) {
  for (const auto& [path, value] : yaml_values(text, name)) {
    if (path == key) {
      return value;
    }
  }
  return "";
}

}  // namespace sotto
