#include <sstream>

#include <yaml-cpp/yaml.h>

#include "common/option_text.h"
#include "common/options.h"
#include "common/raw_yaml.h"

namespace sotto {
namespace {

using Strings = std::vector<std::string>;

/// Writes Options as YAML text.
class YamlWriter : public OptionVisitor {
 public:
  std::string text() const { return out_.str(); }

  void field(const char* key, bool& value, const char*) override {
    line(key, value ? "true" : "false");
  }
  void field(const char* key, int64_t& value, Range, const char*, const char*) override {
    line(key, std::to_string(value));
  }
  void field(const char* key, double& value, Range, const char*, const char*) override {
    line(key, number_text(value));
  }
  void field(const char* key, std::string& value, const char*) override { line(key, quote(value)); }
  void field(const char* key, std::string& value, const Strings&, const char*) override {
    line(key, quote(value));
  }
  void field(
      const char* key, std::vector<int64_t>& value, Range, const char*, const char*) override {
    Strings items;
    for (const int64_t item : value) {
      items.push_back(std::to_string(item));
    }
    line(key, "[" + join(items, ", ") + "]");
  }
  void field(
      const char* key, std::vector<double>& value, Range, const char*, const char*) override {
    Strings items;
    for (const double item : value) {
      items.push_back(number_text(item));
    }
    line(key, "[" + join(items, ", ") + "]");
  }
  void field(const char* key, Strings& value, const char*) override {
    Strings items;
    for (const std::string& item : value) {
      items.push_back(quote(item));
    }
    line(key, "[" + join(items, ", ") + "]");
  }
  void group(const char* key, Options& nested, const char*) override {
    line(key, "");
    ++depth_;
    if (const auto* raw = dynamic_cast<const RawYaml*>(&nested)) {
      lines(raw->text);
    }
    nested.visit(*this);
    --depth_;
  }
  void component(const char* key, Component& choice, const OptionsFactory&, const char*) override {
    line(key, "");
    ++depth_;
    line("type", choice.type);
    if (choice.chosen()) {
      choice.options->visit(*this);
    }
    --depth_;
  }

 protected:
  void items_of(
      const char* key,
      size_t count,
      const std::function<void(size_t)>&,
      const std::function<Options&(size_t)>& item,
      const char*) override {
    line(key, count == 0 ? "[]" : "");
    depth_ += 2;
    for (size_t i = 0; i < count; ++i) {
      first_of_item_ = true;
      item(i).visit(*this);
    }
    first_of_item_ = false;
    depth_ -= 2;
  }

 private:
  static std::string quote(const std::string& value) {
    YAML::Emitter emitter;
    emitter << YAML::DoubleQuoted << value;
    return emitter.c_str();
  }

  void line(const std::string& key, const std::string& value) {
    std::string indent(static_cast<size_t>(2 * depth_), ' ');
    if (first_of_item_) {
      indent.replace(indent.size() - 2, 2, "- ");
      first_of_item_ = false;
    }
    out_ << indent << key << ":" << (value.empty() ? "" : " ") << value << "\n";
  }

  /// YAML text as it is, indented.
  void lines(const std::string& text) {
    std::istringstream in(text);
    for (std::string one; std::getline(in, one);) {
      out_ << std::string(static_cast<size_t>(2 * depth_), ' ') << one << "\n";
    }
  }

  std::ostringstream out_;
  int depth_ = 0;
  bool first_of_item_ = false;
};

}  // namespace

std::string write_yaml(Options& options) {
  YamlWriter writer;
  options.visit(writer);
  return writer.text();
}

}  // namespace sotto
