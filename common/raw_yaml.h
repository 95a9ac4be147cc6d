#pragma once

#include <string>

#include "common/options.h"

namespace sotto {

/// A group of keys that another program part knows: its YAML is kept as it is.
struct RawYaml : Options {
  std::string text;

  void visit(OptionVisitor&) override {}
  bool empty() const { return text.empty(); }
};

/// Lays one YAML text over another: maps key by key, all else replaced, also a map of another `type`.
/// @throws ConfigError if one is not YAML keys and values.
std::string merge_yaml(const std::string& below, const std::string& above);

}  // namespace sotto
