#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sotto {

/// Every value of a YAML text by its path, in order: {"stages.0.epochs", "20"}. Lists of plain
/// values are one value, "[1, 2]". For people who compare recipes; options are read by `read_yaml`.
/// @throws ConfigError if it is not YAML.
std::vector<std::pair<std::string, std::string>> yaml_values(
    const std::string& text, const std::string& name);

/// One of them; empty if there is none.
std::string yaml_value(const std::string& text, const std::string& name, const std::string& key);

}  // namespace sotto
