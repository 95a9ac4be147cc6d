#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sotto {

class OptionVisitor;

/// A set of knobs. `visit` lists each one once; reading YAML, command-line overrides, the effective
/// recipe, the model file and `sotto recipe --explain` all come from that list.
struct Options {
  virtual ~Options() = default;
  virtual void visit(OptionVisitor& visitor) = 0;
  /// Throws ConfigError for values that are impossible together.
  virtual void validate() const {}
};

/// The allowed values of a number, both ends included.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
inline Range at_least(double low) { return {low, std::numeric_limits<double>::infinity()}; }
inline Range between(double low, double high) { return {low, high}; }
inline Range any_value() { return {}; }

/// Names and makes the options of interchangeable components; a Registry is one.
class OptionsFactory {
 public:
  virtual ~OptionsFactory() = default;
  virtual std::vector<std::string> names() const = 0;
  virtual std::unique_ptr<Options> make_options(const std::string& name) const = 0;
};

/// The choice of one component in a recipe: `type: NAME` and that component's own keys beside it.
/// "none" leaves it out.
struct Component {
  std::string type = "none";
  std::shared_ptr<Options> options;

  bool chosen() const { return type != "none"; }
};

/// What walks over the knobs of an Options. Units and help are for people.
class OptionVisitor {
 public:
  virtual ~OptionVisitor() = default;

  virtual void field(const char* key, bool& value, const char* help) = 0;
  virtual void field(
      const char* key, int64_t& value, Range range, const char* unit, const char* help) = 0;
  virtual void field(
      const char* key, double& value, Range range, const char* unit, const char* help) = 0;
  virtual void field(const char* key, std::string& value, const char* help) = 0;
  /// A string that is one of `choices`.
  virtual void field(
      const char* key,
      std::string& value,
      const std::vector<std::string>& choices,
      const char* help) = 0;
  virtual void field(
      const char* key,
      std::vector<int64_t>& value,
      Range range,
      const char* unit,
      const char* help) = 0;
  virtual void field(
      const char* key,
      std::vector<double>& value,
      Range range,
      const char* unit,
      const char* help) = 0;
  virtual void field(const char* key, std::vector<std::string>& value, const char* help) = 0;
  virtual void group(const char* key, Options& nested, const char* help) = 0;
  virtual void component(
      const char* key, Component& choice, const OptionsFactory& factory, const char* help) = 0;

  /// A YAML list whose items are Options of type T.
  template <class T>
  void list(const char* key, std::vector<T>& items, const char* help) {
    items_of(
        key, items.size(), [&items](size_t count) { items.resize(count); },
        [&items](size_t i) -> Options& { return items[i]; }, help);
  }

 protected:
  virtual void items_of(
      const char* key,
      size_t count,
      const std::function<void(size_t)>& resize,
      const std::function<Options&(size_t)>& item,
      const char* help) = 0;
};

/// Reads YAML text into `options`, then the overrides `key.sub=value` on top (list items by number:
/// `stages.0.epochs=3`).
///
/// @param name  what the text is called in messages, such as the recipe's path.
/// @throws ConfigError listing every unknown key (with line and nearest key), wrong type and value
///         out of range.
void read_yaml(
    const std::string& text,
    const std::string& name,
    const std::vector<std::string>& overrides,
    Options& options);

/// All values as YAML that `read_yaml` reads back to the same values.
std::string write_yaml(Options& options);

/// One line a knob: key, default, unit, range, help; for people.
std::string explain(Options& options);

/// The greatest integer anywhere in the options; for holding options of unknown origin to a limit
/// before they become sizes.
int64_t largest_integer(Options& options);

/// The entry of `candidates` that is nearest to `word` by edit distance; empty if none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace sotto
