#include "common/kernels/packed_convolution.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/common/expect_same_on_threads.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

struct ConvolutionCase {
  std::vector<int64_t> weight;
  std::vector<int64_t> input;  // behind N
  std::vector<int64_t> stride;
  std::vector<int64_t> padding;
};

class PackedConvolutionTest : public testing::TestWithParam<int> {
 protected:
  static const std::vector<ConvolutionCase>& cases() {
    static const std::vector<ConvolutionCase> all = {
        {{64, 64, 3, 3}, {64, 22, 22}, {1, 1}, {1, 1}},
        {{128, 64, 3, 3}, {64, 22, 22}, {2, 2}, {1, 1}},
        {{128, 64, 1, 1}, {64, 22, 22}, {2, 2}, {0, 0}},
        {{256, 256, 3, 3}, {256, 6, 6}, {1, 1}, {1, 1}},
        {{512, 512, 3, 3}, {512, 3, 3}, {1, 1}, {1, 1}},
        {{64, 5, 7, 7}, {5, 88, 88}, {2, 2}, {3, 3}},
        {{24, 24, 3, 3}, {24, 11, 11}, {1, 1}, {1, 1}},
        {{24, 5, 5, 5}, {5, 44, 44}, {2, 2}, {2, 2}},
        {{64, 1, 80}, {1, 640}, {4}, {38}},
        {{64, 64, 3}, {64, 160}, {1}, {1}},
        {{32, 16, 3, 3, 3}, {16, 5, 11, 11}, {1, 2, 2}, {1, 1, 1}}};
    return all;
  }

  static at::Tensor plain(
      const ConvolutionCase& c, const at::Tensor& x, const at::Tensor& w, const at::Tensor& b) {
    return w.dim() == 3   ? at::conv1d(x, w, b, c.stride, c.padding)
           : w.dim() == 4 ? at::conv2d(x, w, b, c.stride, c.padding)
                          : at::conv3d(x, w, b, c.stride, c.padding);
  }

  static void compare(Precision precision, double tolerance) {
    at::manual_seed(5);
    for (const ConvolutionCase& c : cases()) {
      const at::Tensor w = at::randn(c.weight) / std::sqrt(at::empty(c.weight)[0].numel());
      const at::Tensor b = at::randn({c.weight[0]});
      const at::Tensor slopes = at::rand({c.weight[0]});
      const PackedConvolution swish(
          w, b, c.stride, c.padding, FusedActivation::kSwish, {}, precision);
      const PackedConvolution leaky(
          w, b, c.stride, c.padding, FusedActivation::kNone, slopes, precision);
      for (const int64_t N : {1, 2, 7, 76}) {
        std::vector<int64_t> shape = c.input;
        shape.insert(shape.begin(), N);
        const at::Tensor x = at::randn(shape);
        const at::Tensor y = plain(c, x, w, b);
        const at::Tensor r = at::randn(y.sizes());
        tests::expect_close(swish.apply(FeatureMap(x)).tensor(), at::silu(y), tolerance);
        tests::expect_close(
            swish.apply(FeatureMap(x), FeatureMap(r)).tensor(), at::silu(y + r), tolerance);
        tests::expect_close(
            leaky.apply(FeatureMap(x), FeatureMap(r)).tensor(),
            at::prelu(y + r, slopes),
            tolerance);
      }
    }
  }
};

TEST_F(PackedConvolutionTest, Float32EqualsConvolution) {
  compare(Precision::kFloat32, 1e-5);  // Winograd's rounding
}

TEST_F(PackedConvolutionTest, Bfloat16IsClose) {
  if (!processor_has(Precision::kBfloat16)) {
    GTEST_SKIP() << "this processor has no AVX-512 BF16";
  }
  compare(Precision::kBfloat16, 0.015);
}

TEST_F(PackedConvolutionTest, ThreadsDoNotDisturbEachOther) {
  at::manual_seed(7);
  for (const ConvolutionCase& c : cases()) {
    const PackedConvolution packed(
        at::randn(c.weight), at::randn({c.weight[0]}), c.stride, c.padding, FusedActivation::kRelu,
        {}, {});
    std::vector<int64_t> shape = c.input;
    shape.insert(shape.begin(), 2);
    const FeatureMap x(at::randn(shape));
    tests::expect_same_on_threads([&] { return packed.apply(x).tensor(); });
  }
}

TEST_F(PackedConvolutionTest, FollowEachOther) {
  at::manual_seed(6);
  const at::Tensor w1 = at::randn({64, 5, 7, 7}) / 16;
  const at::Tensor w2 = at::randn({64, 64, 3, 3}) / 24;
  const at::Tensor b = at::randn({64});
  const PackedConvolution first(w1, b, {2, 2}, {3, 3}, FusedActivation::kSwish, {}, {});
  const PackedConvolution second(w2, b, {1, 1}, {1, 1}, FusedActivation::kRelu, {}, {});
  const at::Tensor x = at::randn({7, 5, 88, 88});
  const FeatureMap pooled = first.apply_and_pool(FeatureMap(x));
  const FeatureMap y = second.apply(second.apply(pooled), pooled);
  const at::Tensor p = at::max_pool2d(at::silu(at::conv2d(x, w1, b, 2, 3)), 3, 2, 1);
  const at::Tensor expected =
      at::relu(at::conv2d(at::relu(at::conv2d(p, w2, b, 1, 1)), w2, b, 1, 1) + p);
  tests::expect_close(y.tensor(), expected, 1e-5);
  EXPECT_EQ(y.sizes(), expected.sizes().vec());
}

TEST(FoldBatchNormTest, EqualsTheNormBehind) {
  const at::Tensor w = at::randn({6, 4, 3, 3});
  const at::Tensor b = at::randn({6});
  const at::Tensor gamma = at::randn({6});
  const at::Tensor beta = at::randn({6});
  const at::Tensor mean = at::randn({6});
  const at::Tensor variance = at::rand({6}) + 0.1;
  const at::Tensor x = at::randn({2, 4, 5, 5});
  for (const at::Tensor& bias : {b, at::Tensor()}) {
    const FoldedConvolution folded = fold_batch_norm(w, bias, gamma, beta, mean, variance, 1e-5);
    const at::Tensor expected = at::batch_norm(
        at::conv2d(x, w, bias), gamma, beta, mean, variance, false, 0.1, 1e-5, false);
    tests::expect_close(at::conv2d(x, folded.weight, folded.bias), expected, 1e-5);
  }
}

}  // namespace
}  // namespace sotto
