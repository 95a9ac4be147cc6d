#pragma once

#include <set>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace sotto {

/// Applies `key.sub=value` entries to a YAML tree, making maps on the way; list items by number.
///
/// @return the paths that were set.
/// @throws ConfigError for an entry that cannot be read or names no item.
std::set<std::string> apply_overrides(
    const YAML::Node& root, const std::vector<std::string>& overrides);

}  // namespace sotto
