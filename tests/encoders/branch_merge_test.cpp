// How the two branches of Branchformer and E-Branchformer become one, from the stages of a pass.
#include <map>

#include "common/stages.h"
#include "tests/encoders/small_encoders.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

class BranchMergeTest : public testing::TestWithParam<tests::SmallEncoder> {
 protected:
  BranchMergeTest() {
    const auto encoder = GetParam().make([](BlockStackOptions& options) { options.layers = 1; });
    tests::fill(*encoder, tests::golden_weight);
    encoder->eval();
    const StageRecorder recorder;
    encoder->forward(tests::sines({2, 5, tests::kSmallWidth}, 0.7, 0.2), Lengths::full(2, 5));
    for (const auto& [name, value] : recorder.stages()) {
      stages_[name] = value;
    }
    for (const auto& parameter : encoder->named_parameters()) {
      weights_[parameter.key()] = parameter.value();
    }
  }

  at::Tensor linear(const std::string& layer, const at::Tensor& x) const {
    return at::linear(
        x,
        weights_.at("encoders.0." + layer + ".weight"),
        weights_.at("encoders.0." + layer + ".bias"));
  }

  at::Tensor merged(const at::Tensor& attended, const at::Tensor& gated) const {
    const at::Tensor both = at::cat({attended, gated}, -1);
    const std::string& kind = GetParam().name;
    if (kind == "branchformer_concat") {
      return linear("merge_proj", both);
    }
    if (kind == "branchformer_fixed_average") {
      return linear("merge_proj", 0.7 * attended + 0.3 * gated);
    }
    if (kind == "branchformer_learned_average") {
      const at::Tensor shares =
          at::softmax(at::stack({asked(attended, "1"), asked(gated, "2")}), 0);
      return linear("merge_proj", shares[0] * attended + shares[1] * gated);
    }
    const at::Tensor& kernel = weights_.at("encoders.0.depthwise_conv_fusion.weight");
    const at::Tensor mixed = at::conv1d(
        both.transpose(1, 2),
        kernel,
        weights_.at("encoders.0.depthwise_conv_fusion.bias"),
        /*stride=*/1,
        /*padding=*/kernel.size(2) / 2,
        /*dilation=*/1,
        /*groups=*/both.size(2));
    return linear("merge_proj", both + mixed.transpose(1, 2));
  }

  std::map<std::string, at::Tensor> stages_;
  std::map<std::string, at::Tensor> weights_;
  const at::NoGradGuard no_grad_;

 private:
  /// How much a branch asks to count, (B, 1, 1).
  at::Tensor asked(const at::Tensor& branch, const std::string& number) const {
    const at::Tensor scores =
        linear("pooling_proj" + number, branch) / std::sqrt(static_cast<double>(branch.size(2)));
    const at::Tensor pooled = (at::softmax(scores, 1) * branch).sum(1, /*keepdim=*/true);
    return linear("weight_proj" + number, pooled);
  }
};

TEST_P(BranchMergeTest, IsThePapers) {
  tests::expect_near(
      stages_.at("encoders.0.merge_proj"),
      merged(stages_.at("encoders.0.attn"), stages_.at("encoders.0.cgmlp")),
      2e-6);
}

std::vector<tests::SmallEncoder> encoders_with_branches() {
  std::vector<tests::SmallEncoder> chosen;
  for (const tests::SmallEncoder& kind : tests::small_encoders()) {
    if (kind.name.find("branchformer") != std::string::npos) {
      chosen.push_back(kind);
    }
  }
  return chosen;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BranchMergeTest, testing::ValuesIn(encoders_with_branches()), [](const auto& info) {
      return info.param.name;
    });

}  // namespace
}  // namespace sotto::encoders
