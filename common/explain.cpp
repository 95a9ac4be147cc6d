#include <sstream>

#include "common/option_text.h"
#include "common/options.h"

namespace sotto {
namespace {

using Strings = std::vector<std::string>;

/// One line a knob, for people.
class Explainer : public OptionVisitor {
 public:
  std::string text() const { return out_.str(); }

  void field(const char* key, bool& value, const char* help) override {
    knob(key, value ? "true" : "false", "true or false", "", help);
  }
  void field(
      const char* key, int64_t& value, Range range, const char* unit, const char* help) override {
    knob(key, std::to_string(value), range_text(range), unit, help);
  }
  void field(
      const char* key, double& value, Range range, const char* unit, const char* help) override {
    knob(key, number_text(value), range_text(range), unit, help);
  }
  void field(const char* key, std::string& value, const char* help) override {
    knob(key, "\"" + value + "\"", "", "", help);
  }
  void field(
      const char* key, std::string& value, const Strings& choices, const char* help) override {
    knob(key, value, join(choices, " | "), "", help);
  }
  void field(
      const char* key,
      std::vector<int64_t>& value,
      Range range,
      const char* unit,
      const char* help) override {
    numbers(key, value, range, unit, help);
  }
  void field(
      const char* key,
      std::vector<double>& value,
      Range range,
      const char* unit,
      const char* help) override {
    numbers(key, value, range, unit, help);
  }
  void field(const char* key, Strings& value, const char* help) override {
    knob(key, "[" + join(value, ", ") + "]", "list", "", help);
  }
  void group(const char* key, Options& nested, const char* help) override {
    out_ << "\n" << prefix_ << key << ": " << help << "\n";
    under(prefix_ + key + ".", nested);
  }
  void component(
      const char* key,
      Component& choice,
      const OptionsFactory& factory,
      const char* help) override {
    out_ << "\n" << prefix_ << key << ": " << help << "\n";
    const std::string saved = prefix_;
    prefix_ += std::string(key) + ".";
    knob("type", choice.type, join(factory.names(), " | ") + " | none", "", "which one");
    prefix_ = saved;
    for (const std::string& name : factory.names()) {
      const auto options = factory.make_options(name);
      out_ << "  with type: " << name << "\n";
      under(prefix_ + key + ".", name == choice.type ? *choice.options : *options);
    }
  }

 protected:
  void items_of(
      const char* key,
      size_t count,
      const std::function<void(size_t)>& resize,
      const std::function<Options&(size_t)>& item,
      const char* help) override {
    out_ << "\n" << prefix_ << key << " (list): " << help << "\n";
    if (count == 0) {
      resize(1);  // one item with its defaults, to explain
    }
    under(prefix_ + key + ".N.", item(0));
    if (count == 0) {
      resize(0);
    }
  }

 private:
  template <class T>
  void numbers(
      const char* key, std::vector<T>& value, Range range, const char* unit, const char* help) {
    Strings items;
    for (const T item : value) {
      items.push_back(number_text(static_cast<double>(item)));
    }
    const std::string limits = range_text(range);
    knob(
        key, "[" + join(items, ", ") + "]", limits.empty() ? "list" : "each " + limits, unit, help);
  }

  void under(const std::string& prefix, Options& nested) {
    const std::string saved = prefix_;
    prefix_ = prefix;
    nested.visit(*this);
    prefix_ = saved;
  }

  void knob(
      const std::string& key,
      const std::string& value,
      const std::string& range,
      const std::string& unit,
      const std::string& help) {
    out_ << "  " << prefix_ << key << " = " << value;
    const std::string details = range.empty() || unit.empty() ? range + unit : range + ", " + unit;
    if (!details.empty()) {
      out_ << "  (" << details << ")";
    }
    out_ << "\n      " << help << "\n";
  }

  std::ostringstream out_;
  std::string prefix_;
};

}  // namespace

std::string explain(Options& options) {
  Explainer explainer;
  options.visit(explainer);
  return explainer.text();
}

}  // namespace sotto
