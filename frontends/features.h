#pragma once

#include "frontends/frontend.h"

namespace sotto::frontends {

struct FeaturesOptions : Options {
  int64_t dim = 80;

  void visit(OptionVisitor& v) override {
    v.field("dim", dim, at_least(1), "", "features a frame");
  }
};

/// No front end: the input is one feature vector a frame already, (B, T, dim). For encoders that
/// were trained behind somebody else's front end.
class FeaturesImpl : public Frontend {
 public:
  explicit FeaturesImpl(const FeaturesOptions& options, Pictures /*pictures*/ = 0)
      : dim_(options.dim) {}

  at::Tensor forward(const at::Tensor& features, const Lengths&) override { return features; }
  int64_t output_dim() const override { return dim_; }

 private:
  int64_t dim_;
};

}  // namespace sotto::frontends
