#include <algorithm>

#include "common/options.h"

namespace sotto {
namespace {

using Strings = std::vector<std::string>;

/// Looks at integers and passes by everything else.
class LargestInteger : public OptionVisitor {
 public:
  int64_t largest() const { return largest_; }

  void field(const char*, bool&, const char*) override {}
  void field(const char*, int64_t& value, Range, const char*, const char*) override {
    largest_ = std::max(largest_, value);
  }
  void field(const char*, double&, Range, const char*, const char*) override {}
  void field(const char*, std::string&, const char*) override {}
  void field(const char*, std::string&, const Strings&, const char*) override {}
  void field(const char*, std::vector<int64_t>& values, Range, const char*, const char*) override {
    for (const int64_t value : values) {
      largest_ = std::max(largest_, value);
    }
  }
  void field(const char*, std::vector<double>&, Range, const char*, const char*) override {}
  void field(const char*, Strings&, const char*) override {}
  void group(const char*, Options& nested, const char*) override { nested.visit(*this); }
  void component(const char*, Component& choice, const OptionsFactory&, const char*) override {
    if (choice.options) {
      choice.options->visit(*this);
    }
  }

 protected:
  void items_of(
      const char*,
      size_t count,
      const std::function<void(size_t)>&,
      const std::function<Options&(size_t)>& item,
      const char*) override {
    for (size_t i = 0; i < count; ++i) {
      item(i).visit(*this);
    }
  }

 private:
  int64_t largest_ = 0;
};

}  // namespace

int64_t largest_integer(Options& options) {
  LargestInteger visitor;
  options.visit(visitor);
  return visitor.largest();
}

}  // namespace sotto
