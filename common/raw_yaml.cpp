#include "common/raw_yaml.h"

#include <yaml-cpp/yaml.h>

#include "common/error.h"

namespace sotto {
namespace {

YAML::Node map_of(const std::string& text) {
  YAML::Node node;
  try {
    node = YAML::Load(text);
  } catch (const YAML::Exception& fault) {
    throw ConfigError(std::string("not readable as YAML: ") + fault.msg);
  }
  if (!node.IsDefined() || node.IsNull()) {
    return YAML::Node(YAML::NodeType::Map);
  }
  if (!node.IsMap()) {
    throw ConfigError("expected YAML keys and values");
  }
  return node;
}

/// A component of another type has other keys: nothing of the one below fits.
bool other_type(const YAML::Node& below, const YAML::Node& above) {
  const YAML::Node old = below["type"];
  const YAML::Node wanted = above["type"];
  return old.IsDefined() && wanted.IsDefined() && old.IsScalar() && wanted.IsScalar() &&
         old.Scalar() != wanted.Scalar();
}

void lay_over(YAML::Node below, const YAML::Node& above) {
  for (const auto& entry : above) {
    const auto& key = entry.first.Scalar();
    const YAML::Node& under = below;  // const: a look-up that adds nothing
    const YAML::Node there = under[key];
    if (there.IsDefined() && there.IsMap() && entry.second.IsMap() &&
        !other_type(there, entry.second)) {
      lay_over(there, entry.second);
    } else {
      below[key] = YAML::Clone(entry.second);
    }
  }
}

}  // namespace

std::string merge_yaml(const std::string& below, const std::string& above) {
  const YAML::Node merged = YAML::Clone(map_of(below));
  lay_over(merged, map_of(above));
  return YAML::Dump(merged) + "\n";
}

}  // namespace sotto
