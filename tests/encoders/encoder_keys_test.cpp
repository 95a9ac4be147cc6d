// The parameter names that published checkpoints use.
#include <algorithm>

#include "tests/encoders/small_encoders.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

class Names {
 public:
  /// Adds each name as it is.
  void add(const std::string& prefix, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      names_.push_back(prefix + name);
    }
  }
  /// Adds a weight and a bias for each layer.
  void add_layers(const std::string& prefix, const std::vector<std::string>& layers) {
    for (const std::string& layer : layers) {
      add(prefix + layer, {".weight", ".bias"});
    }
  }
  std::vector<std::string> sorted() const {
    std::vector<std::string> names = names_;
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::vector<std::string> names_;
};

bool starts_with(const std::string& text, const std::string& start) {
  return text.rfind(start, 0) == 0;
}

void add_attention(Names& names, const std::string& prefix, const std::string& positions) {
  names.add_layers(prefix, {"linear_q", "linear_k", "linear_v", "linear_out"});
  if (is_relative(position_scheme(positions))) {
    names.add(prefix, {"linear_pos.weight", "pos_bias_u", "pos_bias_v"});
  }
}

void add_conformer_block(Names& names, const std::string& prefix, const std::string& kind) {
  names.add_layers(prefix, {"feed_forward.w_1", "feed_forward.w_2", "norm_ff", "norm_mha"});
  if (kind == "transformer") {
    return;
  }
  names.add_layers(
      prefix, {"feed_forward_macaron.w_1", "feed_forward_macaron.w_2", "norm_ff_macaron"});
  names.add_layers(prefix, {"norm_conv", "norm_final"});
  const std::string module = prefix + "conv_module.";
  names.add_layers(module, {"pointwise_cov1", "depthwise_conv", "norm", "pointwise_cov2"});
  names.add(module + "norm.", {"running_mean", "running_var", "num_batches_tracked"});
}

void add_branches(Names& names, const std::string& prefix, const std::string& kind) {
  names.add_layers(
      prefix + "cgmlp.", {"channel_proj1.0", "csgu.norm", "csgu.conv", "channel_proj2"});
  names.add_layers(prefix, {"norm_mha", "norm_mlp", "norm_final", "merge_proj"});
  if (kind == "branchformer_learned_average") {
    names.add_layers(prefix, {"pooling_proj1", "pooling_proj2", "weight_proj1", "weight_proj2"});
  }
}

void add_e_branchformer_parts(Names& names, const std::string& prefix, const std::string& kind) {
  names.add_layers(prefix, {"depthwise_conv_fusion"});
  if (kind == "e_branchformer_no_ffn") {
    names.add_layers(prefix, {"cgmlp.csgu.linear"});
    return;
  }
  names.add_layers(prefix, {"feed_forward.w_1", "feed_forward.w_2", "norm_ff"});
  if (kind == "e_branchformer") {
    names.add_layers(
        prefix, {"feed_forward_macaron.w_1", "feed_forward_macaron.w_2", "norm_ff_macaron"});
  }
}

std::vector<std::string> published_names(const std::string& kind, const std::string& positions) {
  Names names;
  names.add_layers("", {"after_norm"});
  for (const std::string prefix : {"encoders.0.", "encoders.1."}) {
    if (kind == "transformer" || starts_with(kind, "conformer")) {
      add_attention(names, prefix + "self_attn.", positions);
      add_conformer_block(names, prefix, kind);
    } else {
      add_attention(names, prefix + "attn.", positions);
      add_branches(names, prefix, kind);
    }
    if (starts_with(kind, "e_branchformer")) {
      add_e_branchformer_parts(names, prefix, kind);
    }
  }
  return names.sorted();
}

TEST(EncoderKeysTest, AreThePublishedNames) {
  for (const tests::SmallEncoder& kind : tests::small_encoders()) {
    for (const std::string& positions : position_scheme_names()) {
      const auto encoder =
          kind.make([&](BlockStackOptions& options) { options.positions = positions; });
      Names names;
      for (const auto& parameter : encoder->named_parameters()) {
        names.add(parameter.key(), {""});
      }
      for (const auto& buffer : encoder->named_buffers()) {
        names.add(buffer.key(), {""});
      }
      EXPECT_EQ(names.sorted(), published_names(kind.name, positions))
          << kind.name << ", " << positions;
    }
  }
}

}  // namespace
}  // namespace sotto::encoders
