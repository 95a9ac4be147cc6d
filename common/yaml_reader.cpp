#include <algorithm>
#include <set>
#include <type_traits>

#include <yaml-cpp/yaml.h>

#include "common/error.h"
#include "common/option_text.h"
#include "common/options.h"
#include "common/raw_yaml.h"
#include "common/yaml_overrides.h"

namespace sotto {
namespace {

using Strings = std::vector<std::string>;

/// Fills Options from a YAML tree, collecting every complaint.
class YamlReader : public OptionVisitor {
 public:
  YamlReader(std::string name, std::set<std::string> overridden, Strings& complaints)
      : name_(std::move(name)), overridden_(std::move(overridden)), complaints_(complaints) {}

  void read(Options& options, const YAML::Node& node, const std::string& path) {
    // A pointer, not a copy: assigning a YAML::Node changes the tree that it belongs to.
    Level level{node, path, {}};
    Level* const saved = level_;
    level_ = &level;
    if (node.IsDefined() && !node.IsNull() && !node.IsMap()) {
      complain(node, path, "expected keys and values");
    } else {
      options.visit(*this);
      find_unknown_keys();
    }
    level_ = saved;
  }

  void field(const char* key, bool& value, const char*) override {
    scalar(key, value, "true or false");
  }

  void field(const char* key, int64_t& value, Range range, const char* unit, const char*) override {
    if (const auto node = scalar(key, value, "a whole number")) {
      check(*node, key, static_cast<double>(value), range, unit);
    }
  }

  void field(const char* key, double& value, Range range, const char* unit, const char*) override {
    if (const auto node = scalar(key, value, "a number")) {
      check(*node, key, value, range, unit);
    }
  }

  void field(const char* key, std::string& value, const char*) override {
    scalar(key, value, "text");
  }

  void field(const char* key, std::string& value, const Strings& choices, const char*) override {
    if (const auto node = scalar(key, value, "text")) {
      choose(*node, key, value, choices);
    }
  }

  void field(
      const char* key,
      std::vector<int64_t>& value,
      Range range,
      const char* unit,
      const char*) override {
    sequence(key, value, range, unit, "a list of whole numbers");
  }

  void field(
      const char* key,
      std::vector<double>& value,
      Range range,
      const char* unit,
      const char*) override {
    sequence(key, value, range, unit, "a list of numbers");
  }

  void field(const char* key, Strings& value, const char*) override {
    if (const auto node = child(key)) {
      convert(*node, key, value, "a list of texts");
    }
  }

  void group(const char* key, Options& nested, const char*) override {
    const auto node = child(key);
    if (!node) {
      return;
    }
    if (auto* raw = dynamic_cast<RawYaml*>(&nested)) {
      if (!node->IsMap() && !node->IsNull()) {
        complain(*node, path_of(key), "expected keys and values");
      }
      raw->text = node->IsMap() ? YAML::Dump(*node) : "";
    } else {
      read(nested, *node, path_of(key));
    }
  }

  void component(
      const char* key, Component& choice, const OptionsFactory& factory, const char*) override {
    const auto node = child(key);
    if (!node) {
      return;
    }
    // `key: none` and `key: NAME` are short for `key: {type: ...}`.
    const bool is_map = node->IsMap();
    const YAML::Node type = is_map ? (*node)["type"] : *node;
    if (type.IsDefined() && type.IsScalar()) {
      const std::string wanted = type.Scalar();
      Strings names = factory.names();
      names.emplace_back("none");
      if (!choose(type, is_map ? std::string(key) + ".type" : key, wanted, names)) {
        return;
      }
      if (wanted != choice.type) {
        choice.type = wanted;
        choice.options = choice.chosen() ? factory.make_options(wanted) : nullptr;
      }
    } else if (!choice.chosen()) {
      complain(*node, path_of(key), "expected a `type`: one of " + join(factory.names(), ", "));
      return;
    }
    if (choice.chosen() && node->IsMap()) {
      TypedOptions typed(*choice.options);
      read(typed, *node, path_of(key));
    }
  }

 protected:
  void items_of(
      const char* key,
      size_t,
      const std::function<void(size_t)>& resize,
      const std::function<Options&(size_t)>& item,
      const char*) override {
    const auto node = child(key);
    if (!node) {
      return;
    }
    if (!node->IsSequence()) {
      complain(*node, path_of(key), "expected a list");
      return;
    }
    resize(node->size());
    for (size_t i = 0; i < node->size(); ++i) {
      read(item(i), (*node)[i], path_of(key) + "." + std::to_string(i));
    }
  }

 private:
  /// A component's own options plus the `type` key that stands beside them.
  struct TypedOptions : Options {
    explicit TypedOptions(Options& inner) : inner_(inner) {}
    void visit(OptionVisitor& visitor) override {
      std::string type;
      visitor.field("type", type, "");
      inner_.visit(visitor);
    }
    Options& inner_;
  };

  struct Level {
    YAML::Node node;
    std::string path;
    Strings known;
  };

  std::string path_of(const std::string& key) const {
    return level_->path.empty() ? key : level_->path + "." + key;
  }

  std::unique_ptr<YAML::Node> child(const char* key) {
    level_->known.emplace_back(key);
    if (!level_->node.IsDefined() || !level_->node.IsMap()) {
      return nullptr;
    }
    const YAML::Node& node = level_->node;  // const: a look-up that adds nothing
    const YAML::Node found = node[key];
    return found.IsDefined() ? std::make_unique<YAML::Node>(found) : nullptr;
  }

  template <class T>
  std::unique_ptr<YAML::Node> scalar(const char* key, T& value, const char* expected) {
    auto node = child(key);
    if (node && convert(*node, key, value, expected)) {
      return node;
    }
    return nullptr;
  }

  template <class T>
  bool convert(const YAML::Node& node, const char* key, T& value, const char* expected) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (node.IsNull()) {  // `key:` with nothing behind it
        value.clear();
        return true;
      }
    }
    try {
      value = node.as<T>();
      return true;
    } catch (const YAML::Exception&) {
      const std::string got = node.IsScalar() ? ", got '" + node.Scalar() + "'" : "";
      complain(node, path_of(key), std::string("expected ") + expected + got);
      return false;
    }
  }

  template <class T>
  void sequence(
      const char* key, std::vector<T>& value, Range range, const char* unit, const char* expected) {
    const auto node = child(key);
    if (node && convert(*node, key, value, expected)) {
      for (const T item : value) {
        check(*node, key, static_cast<double>(item), range, unit);
      }
    }
  }

  bool choose(
      const YAML::Node& node,
      const std::string& key,
      const std::string& value,
      const Strings& choices) {
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
      return true;
    }
    complain(
        node, path_of(key), "expected one of " + join(choices, ", ") + ", got '" + value + "'");
    return false;
  }

  void check(const YAML::Node& node, const char* key, double value, Range range, const char* unit) {
    if (!(value >= range.low && value <= range.high)) {
      const std::string suffix = *unit != 0 ? std::string(" ") + unit : "";
      complain(
          node,
          path_of(key),
          "expected " + range_text(range) + suffix + ", got " + number_text(value));
    }
  }

  void find_unknown_keys() {
    if (!level_->node.IsDefined() || !level_->node.IsMap()) {
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : level_->node) {
      if (!entry.first.IsScalar()) {
        complain(entry.first, level_->path, "expected a plain word as key");
        continue;
      }
      const std::string& key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        complain(entry.first, path_of(key), "given twice");
      } else if (
          std::find(level_->known.begin(), level_->known.end(), key) == level_->known.end()) {
        const std::string near = nearest(key, level_->known);
        complain(
            entry.first,
            path_of(key),
            near.empty() ? "unknown key; known here: " + join(level_->known, ", ")
                         : "unknown key; did you mean " + near + "?");
      }
    }
  }

  void complain(const YAML::Node& node, const std::string& path, const std::string& what) {
    std::string where = name_;
    if (came_from_command_line(node, path)) {
      where = "command line";
    } else if (node.Mark().line >= 0) {
      where += ":" + std::to_string(node.Mark().line + 1);
    }
    complaints_.push_back(where + ": " + (path.empty() ? "" : path + ": ") + what);
  }

  /// Whether an override set `path`, something that it lies in, or made the way to it.
  bool came_from_command_line(const YAML::Node& node, const std::string& path) const {
    const auto lies_in = [](const std::string& inner, const std::string& outer) {
      return inner == outer || inner.rfind(outer + ".", 0) == 0;
    };
    return std::any_of(overridden_.begin(), overridden_.end(), [&](const std::string& override) {
      return lies_in(path, override) || (node.Mark().line < 0 && lies_in(override, path));
    });
  }

  std::string name_;
  std::set<std::string> overridden_;
  Strings& complaints_;
  Level* level_ = nullptr;
};

YAML::Node load(const std::string& text, const std::string& name) {
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& fault) {
    throw ConfigError(
        name + ":" + std::to_string(fault.mark.line + 1) + ": not readable as YAML: " + fault.msg);
  }
  if (root.IsNull() || !root.IsDefined()) {
    root = YAML::Node(YAML::NodeType::Map);
  }
  if (!root.IsMap()) {
    throw ConfigError(name + ": expected YAML keys and values");
  }
  return root;
}

}  // namespace

void read_yaml(
    const std::string& text, const std::string& name, const Strings& overrides, Options& options) {
  const YAML::Node root = load(text, name);
  const std::set<std::string> overridden = apply_overrides(root, overrides);
  Strings complaints;
  YamlReader reader(name, overridden, complaints);
  reader.read(options, root, "");
  if (!complaints.empty()) {
    throw ConfigError(join(complaints, "\n"));
  }
  options.validate();
}

}  // namespace sotto
