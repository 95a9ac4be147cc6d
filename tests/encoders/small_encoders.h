#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "encoders/branchformer.h"
#include "encoders/conformer.h"
#include "encoders/e_branchformer.h"

namespace sotto::tests {

/// A small encoder of one of the kinds that a recipe can ask for.
struct SmallEncoder {
  std::string name;
  /// @param adjust  sees the options before the encoder is made.
  std::function<std::shared_ptr<encoders::BlockStack>(
      const std::function<void(encoders::BlockStackOptions&)>& adjust)>
      make;
};

constexpr int64_t kSmallWidth = 8;

template <class Options, class Impl>
SmallEncoder small_encoder(const std::string& name, const std::function<void(Options&)>& choose) {
  return {name, [choose](const std::function<void(encoders::BlockStackOptions&)>& adjust) {
            Options options;
            options.dim = kSmallWidth;
            options.heads = 2;
            options.layers = 2;
            choose(options);
            adjust(options);
            options.validate();
            return std::make_shared<Impl>(options);
          }};
}

inline SmallEncoder small_conformer(
    const std::string& name, const std::function<void(encoders::ConformerOptions&)>& choose) {
  return small_encoder<encoders::ConformerOptions, encoders::ConformerImpl>(
      name, [choose](encoders::ConformerOptions& options) {
        options.feed_forward = 12;
        options.kernel = 3;
        choose(options);
      });
}

inline SmallEncoder small_branchformer(const std::string& merge) {
  return small_encoder<encoders::BranchformerOptions, encoders::BranchformerImpl>(
      "branchformer_" + merge, [merge](encoders::BranchformerOptions& options) {
        options.cgmlp.hidden = 12;
        options.cgmlp.kernel = 3;
        options.cgmlp_weight = 0.3;
        options.merge = merge;
      });
}

inline SmallEncoder small_e_branchformer(
    const std::string& name, const std::function<void(encoders::EBranchformerOptions&)>& choose) {
  return small_encoder<encoders::EBranchformerOptions, encoders::EBranchformerImpl>(
      name, [choose](encoders::EBranchformerOptions& options) {
        options.feed_forward = 12;
        options.cgmlp.hidden = 12;
        options.cgmlp.kernel = 3;
        options.merge_kernel = 5;
        choose(options);
      });
}

/// Every kind of encoder, its variants included.
inline std::vector<SmallEncoder> small_encoders() {
  using encoders::ConformerOptions;
  using encoders::EBranchformerOptions;
  return {
      small_conformer("conformer", [](ConformerOptions&) {}),
      small_conformer("conformer_swish", [](ConformerOptions& o) { o.activation = "swish"; }),
      small_conformer(
          "transformer", [](ConformerOptions& o) { o.macaron = o.convolution = false; }),
      small_branchformer("concat"),
      small_branchformer("learned_average"),
      small_branchformer("fixed_average"),
      small_e_branchformer("e_branchformer", [](EBranchformerOptions&) {}),
      small_e_branchformer(
          "e_branchformer_one_ffn", [](EBranchformerOptions& o) { o.macaron = false; }),
      small_e_branchformer(
          "e_branchformer_no_ffn",
          [](EBranchformerOptions& o) {
            o.feed_forward = 0;
            o.cgmlp.linear_after_conv = true;
            o.cgmlp.gate_activation = "tanh";
          }),
  };
}

}  // namespace sotto::tests
