#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/options.h"

namespace sotto {

/// The interchangeable components of one kind: a name, its options and how to build it. A new
/// component is one `add` line in its folder's registry.cpp.
template <class Base, class... Arguments>
class Registry : public OptionsFactory {
 public:
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  /// Concrete is constructed from (const ComponentOptions&, Arguments...).
  template <class ComponentOptions, class Concrete>
  Registry& add(const std::string& name) {
    entries_[name] = {
        [] { return std::make_unique<ComponentOptions>(); },
        [](const Options& options, Arguments... arguments) -> std::shared_ptr<Base> {
          return std::make_shared<Concrete>(
              dynamic_cast<const ComponentOptions&>(options), arguments...);
        }};
    return *this;
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> all;
    for (const auto& entry : entries_) {
      all.push_back(entry.first);
    }
    return all;
  }

  std::unique_ptr<Options> make_options(const std::string& name) const override {
    return find(name).make_options();
  }

  std::shared_ptr<Base> create(const Component& choice, Arguments... arguments) const {
    return find(choice.type).create(*choice.options, arguments...);
  }

 private:
  struct Entry {
    std::function<std::unique_ptr<Options>()> make_options;
    std::function<std::shared_ptr<Base>(const Options&, Arguments...)> create;
  };

  const Entry& find(const std::string& name) const {
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) {
      throw ConfigError(kind_ + ": unknown type '" + name + "'");
    }
    return entry->second;
  }

  std::string kind_;
  std::map<std::string, Entry> entries_;
};

}  // namespace sotto
