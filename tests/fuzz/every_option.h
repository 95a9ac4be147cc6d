#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/options.h"

namespace sotto {

/// Options with a field of every kind.
struct InnerOptions : Options {
  int64_t depth = 3;
  bool babble = true;
  void visit(OptionVisitor& v) override {
    v.field("depth", depth, between(1, 100), "", "how deep");
    v.field("babble", babble, "voices");
  }
};

struct OneComponent : OptionsFactory {
  std::vector<std::string> names() const override { return {"deep"}; }
  std::unique_ptr<Options> make_options(const std::string&) const override {
    return std::make_unique<InnerOptions>();
  }
};

struct EveryOption : Options {
  int64_t seed = 0;
  double rate = 1e-3;
  std::string store = "a store";
  std::string schedule = "cosine";
  std::vector<int64_t> sizes = {1, 2};
  std::vector<double> betas = {0.9, 0.98};
  std::vector<std::string> streams = {"video"};
  InnerOptions noise;
  Component encoder;
  std::vector<InnerOptions> stages;

  void visit(OptionVisitor& v) override {
    static const OneComponent components;
    v.field("seed", seed, at_least(0), "", "a whole number");
    v.field("rate", rate, any_value(), "", "a number");
    v.field("store", store, "a text");
    v.field("schedule", schedule, {"cosine", "constant"}, "a choice");
    v.field("sizes", sizes, at_least(1), "pixels", "a list");
    v.field("betas", betas, between(0, 1), "", "another");
    v.field("streams", streams, "texts");
    v.group("noise", noise, "a group");
    v.component("encoder", encoder, components, "a component");
    v.list("stages", stages, "a list of groups");
  }
};

}  // namespace sotto
