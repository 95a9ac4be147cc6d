#include <array>
#include <cmath>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "common/kernels/attention.h"
#include "common/kernels/depthwise.h"
#include "common/kernels/layer_norm.h"
#include "common/kernels/linear.h"
#include "common/kernels/packed_matrix.h"
#include "common/kernels/vector.h"
#include "tests/common/expect_same_on_threads.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

at::Tensor rounded(const at::Tensor& x) {
  return x.to(at::kBFloat16).to(at::kFloat);
}

constexpr std::array<FusedActivation, 3> kActivations = {
    FusedActivation::kNone, FusedActivation::kRelu, FusedActivation::kSwish};

class PackedMatrixTest : public testing::Test {
 protected:
  PackedMatrixTest() { at::manual_seed(1); }

  /// Rows of a step of one hypothesis, of odd lengths and of a beam.
  const std::array<int64_t, 6> rows_ = {1, 2, 7, 40, 75, 76};
  /// Inputs and outputs of the base model's layers, and odd ones.
  const std::array<std::pair<int64_t, int64_t>, 5> shapes_ = {
      {{768, 768}, {768, 3072}, {3072, 768}, {768, 5049}, {13, 5}}};
};

TEST_F(PackedMatrixTest, Float32EqualsLinear) {
  for (const auto& [K, N] : shapes_) {
    const at::Tensor weight = at::randn({N, K});
    const at::Tensor bias = at::randn({N});
    const PackedMatrix packed(weight, bias, Precision::kFloat32);
    const PackedMatrix no_bias(weight, {}, Precision::kFloat32);
    for (const int64_t M : rows_) {
      const at::Tensor x = at::randn({M, K});
      for (const FusedActivation activation : kActivations) {
        tests::expect_close(
            packed.multiply(x, activation),
            activate(at::linear(x, weight, bias), activation),
            2e-6);
      }
      tests::expect_close(no_bias.multiply(x), at::linear(x, weight), 2e-6);
    }
  }
}

TEST_F(PackedMatrixTest, ThreadsDoNotDisturbEachOther) {
  for (const auto& [K, N] : shapes_) {
    const PackedMatrix packed(at::randn({N, K}), at::randn({N}), Precision::kFloat32);
    for (const int64_t M : rows_) {
      const at::Tensor x = at::randn({M, K});
      tests::expect_same_on_threads([&] { return packed.multiply(x); });
    }
  }
}

TEST_F(PackedMatrixTest, KeepsTheShapeOfItsInput) {
  const at::Tensor weight = at::randn({5, 13});
  const PackedMatrix packed(weight, {}, Precision::kFloat32);
  const at::Tensor x = at::randn({2, 13, 3}).transpose(1, 2);
  tests::expect_close(packed.multiply(x), at::linear(x, weight), 1e-6);
  EXPECT_EQ(packed.multiply(at::empty({0, 13})).sizes(), at::IntArrayRef({0, 5}));
  EXPECT_THROW(packed.multiply(at::empty({2, 12})), c10::Error);
}

TEST_F(PackedMatrixTest, Bfloat16RoundsItsFactorsOnly) {
  if (!processor_has(Precision::kBfloat16)) {
    GTEST_SKIP() << "this processor has no AVX-512 BF16";
  }
  for (const auto& [K, N] : shapes_) {
    const at::Tensor weight = at::randn({N, K});
    const at::Tensor bias = at::randn({N});
    const PackedMatrix packed(weight, bias, Precision::kBfloat16);
    for (const int64_t M : rows_) {
      const at::Tensor x = at::randn({M, K});
      for (const FusedActivation activation : kActivations) {
        const at::Tensor expected =
            activate(at::linear(rounded(x), rounded(weight), bias), activation);
        tests::expect_close(packed.multiply(x, activation), expected, 2e-6);
      }
    }
  }
}

TEST_F(PackedMatrixTest, Int8IsExactInItsSteps) {
  if (!processor_has(Precision::kInt8)) {
    GTEST_SKIP() << "this processor has no AVX-512 VNNI";
  }
  const auto steps = [](const at::Tensor& rows) {
    const at::Tensor scale = rows.abs().amax(1, true) / 127;
    return std::pair(at::round(rows / scale), scale);
  };
  for (const auto& [K, N] : shapes_) {
    const at::Tensor weight = at::randn({N, K});
    const at::Tensor bias = at::randn({N});
    const PackedMatrix packed(weight, bias, Precision::kInt8);
    for (const int64_t M : rows_) {
      const at::Tensor x = at::randn({M, K});
      const auto [x_steps, x_scale] = steps(x);
      const auto [w_steps, w_scale] = steps(weight);
      // Sums of products of whole numbers: exact in double.
      const at::Tensor sums =
          at::matmul(x_steps.to(at::kDouble), w_steps.to(at::kDouble).t()).to(at::kFloat);
      for (const FusedActivation activation : kActivations) {
        const at::Tensor expected =
            activate(sums * x_scale * w_scale.squeeze(1) + bias, activation);
        // A value half way between two steps may go either way.
        tests::expect_close(packed.multiply(x, activation), expected, 1e-3);
      }
      tests::expect_close(packed.multiply(x), at::linear(x, weight, bias), 0.03);
    }
  }
}

TEST(LinearTest, PackedEqualsPlain) {
  at::manual_seed(2);
  const at::NoGradGuard no_grad;
  Linear linear(96, 40);
  const at::Tensor x = at::randn({3, 7, 96});
  const at::Tensor plain = linear->forward(x, FusedActivation::kSwish);
  const at::Tensor weight = linear->weight;
  pack_for_inference(*linear, Precision::kFloat32);
  tests::expect_close(linear->forward(x, FusedActivation::kSwish), plain, 2e-6);
  EXPECT_EQ(linear->weight.numel(), 0);
  pack_for_inference(*linear, Precision::kFloat32);  // twice is once
  tests::expect_close(linear->forward(x, FusedActivation::kSwish), plain, 2e-6);
}

TEST(DepthwiseTest, EqualsConvolution) {
  at::manual_seed(3);
  for (const int64_t D : {768, 128, 70, 3}) {
    for (const int64_t K : {31, 15, 1}) {
      const at::Tensor weight = at::randn({K, D});
      const at::Tensor bias = at::randn({D});
      for (const int64_t T : {1, 2, 7, 76}) {
        const at::Tensor x = at::randn({2, T, D});
        const at::Tensor expected =
            at::conv1d(x.transpose(1, 2), weight.t().unsqueeze(1), bias, {1}, {K / 2}, {1}, D)
                .transpose(1, 2);
        for (const FusedActivation activation : kActivations) {
          tests::expect_close(
              depthwise(x, weight, bias, activation), activate(expected, activation), 2e-6);
        }
      }
    }
  }
}

TEST(GatedLinearUnitTest, EqualsAtens) {
  const at::Tensor x = at::randn({2, 7, 2 * 75}) * 20;
  tests::expect_close(gated_linear_unit(x), at::glu(x, -1), 1e-6);
}

TEST(LayerNormTest, EqualsAtensOfTheSum) {
  at::manual_seed(8);
  for (const int64_t D : {768, 75, 16}) {
    torch::nn::LayerNorm norm(torch::nn::LayerNormOptions({D}).eps(1e-5));
    const at::NoGradGuard no_grad;
    norm->weight.normal_();
    norm->bias.normal_();
    for (const int64_t rows : {1, 2, 7, 40}) {
      const at::Tensor before = at::randn({rows, D}) * 3 + 1;
      const at::Tensor addition = at::randn({rows, D});
      at::Tensor x = before.clone();
      tests::expect_close(add_and_normalise(x, {}, *norm), norm->forward(before), 2e-5);
      EXPECT_TRUE(x.equal(before));
      const at::Tensor y = add_and_normalise(x, addition, *norm);
      EXPECT_TRUE(x.equal(before + addition));
      tests::expect_close(y, norm->forward(before + addition), 2e-5);
      const at::AutoGradMode gradients(true);
      at::Tensor other = before;
      const at::Tensor plain = add_and_normalise(other, addition, *norm);
      EXPECT_TRUE(plain.requires_grad());
      EXPECT_FALSE(other.is_same(before));  // what others hold is not written to
      tests::expect_close(plain.detach(), y, 2e-5);
    }
  }
}

TEST(AttentionTest, EqualsSoftmaxOverTheRowsOfEach) {
  at::manual_seed(4);
  for (const int64_t width : {64, 32, 5}) {
    constexpr int64_t kHeads = 3;
    const int64_t D = kHeads * width;
    const at::Tensor keys = at::randn({80, D});
    const at::Tensor values = at::randn({80, D});
    const at::Tensor queries = at::randn({4, D}) * 3;
    const at::Tensor context = at::empty({4, D});
    const std::vector<std::vector<int32_t>> orders = {{7}, {3, 3, 79}, {0, 5, 1, 70, 2, 9, 11}, {}};
    std::vector<AttentionRow> rows;
    for (size_t i = 0; i < 4; ++i) {
      const auto at = static_cast<int64_t>(i) * D;
      rows.push_back(
          {queries.data_ptr<float>() + at,
           keys.data_ptr<float>(),
           values.data_ptr<float>(),
           orders[i].empty() ? nullptr : orders[i].data(),
           0,
           orders[i].empty() ? 76 : static_cast<int64_t>(orders[i].size()),
           context.data_ptr<float>() + at});
    }
    attend(rows, kHeads, width, 0.25F);
    for (size_t i = 0; i < 4; ++i) {
      at::Tensor index = at::arange(76, at::kLong);
      if (!orders[i].empty()) {
        index = at::tensor(orders[i], at::kInt).to(at::kLong);
      }
      const at::Tensor k = keys.index_select(0, index).view({-1, kHeads, width}).transpose(0, 1);
      const at::Tensor v = values.index_select(0, index).view({-1, kHeads, width}).transpose(0, 1);
      const at::Tensor q = queries[static_cast<int64_t>(i)].view({kHeads, 1, width});
      const at::Tensor weights = at::softmax(at::matmul(q, k.transpose(1, 2)) * 0.25, -1);
      const at::Tensor expected = at::matmul(weights, v).flatten();
      tests::expect_close(context[static_cast<int64_t>(i)], expected, 2e-6);
    }
  }
}

TEST(AttentionTest, KeysThatLieAcrossAreTheSameKeys) {
  at::manual_seed(8);
  constexpr int64_t kHeads = 2;
  for (const int64_t width : {64, 20}) {
    for (const int64_t T : {1, 2, 7, 15, 16, 64, 76, 150}) {
      const int64_t D = kHeads * width;
      const at::Tensor keys = at::randn({T, D});
      const at::Tensor values = at::randn({T, D});
      const at::Tensor queries = at::randn({3, D});
      const int64_t room = (T + 15) / 16 * 16;
      const at::Tensor across = at::constant_pad_nd(keys.t(), {0, room - T}).contiguous();
      const auto contexts = [&](bool lie_across) {
        const at::Tensor context = at::empty({3, D});
        std::vector<AttentionRow> rows;
        for (int64_t i = 0; i < 3; ++i) {
          rows.push_back(
              {queries.data_ptr<float>() + i * D,
               (lie_across ? across : keys).data_ptr<float>(),
               values.data_ptr<float>(),
               nullptr,
               lie_across ? room : 0,
               T,
               context.data_ptr<float>() + i * D});
        }
        attend(rows, kHeads, width, 0.125F);
        return context;
      };
      tests::expect_close(contexts(true), contexts(false), 2e-6);
    }
  }
}

TEST(ParallelTest, LoopsUseTheThreads) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  at::parallel_for(0, 2, 1, [&](int64_t, int64_t) {
    const std::lock_guard<std::mutex> lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  at::set_num_threads(before);
  EXPECT_EQ(threads.size(), 2U);
}

TEST(VectorKernelsTest, EveryLevelSaysTheSame) {
  at::manual_seed(7);
  const VectorKernels& best = vector_kernels();
  const VectorKernels& plain = plain_vector_kernels();
  EXPECT_STREQ(plain.name, "x86_64");
  for (const int64_t n : {1, 3, 31, 75, 300}) {
    const at::Tensor a = at::randn({n}) * 5;
    const at::Tensor b = at::randn({n}) * 5;
    const auto values = [](const at::Tensor& x) { return x.data_ptr<float>(); };
    EXPECT_EQ(best.largest(values(a), n), a.max().item<float>());
    EXPECT_EQ(plain.largest(values(a), n), a.max().item<float>());
    EXPECT_NEAR(best.dot(values(a), values(b), n), plain.dot(values(a), values(b), n), 1e-3);
    for (const VectorKernels* kernels : {&best, &plain}) {
      const at::Tensor e = at::empty({n});
      kernels->exponentials(values(a), n, 3.0F, values(e));
      tests::expect_close(e, at::exp(a - 3), 1e-6);
      const at::Tensor before = at::randn({n}) * 20;
      const at::Tensor non_blank = at::randn({n}) * 20;
      const at::Tensor blank = at::randn({n}) * 20;
      const at::Tensor sum = at::logaddexp(non_blank, blank);
      const at::Tensor new_non_blank = at::logaddexp(non_blank, before) + a;
      const at::Tensor new_blank = sum - 0.5;
      const at::Tensor new_sum = at::logaddexp(new_non_blank, new_blank);
      kernels->ctc_frame(
          n, values(before), values(a), -0.5F, values(non_blank), values(blank), values(sum));
      EXPECT_LT((non_blank - new_non_blank).abs().max().item<double>(), 1e-5);
      EXPECT_LT((blank - new_blank).abs().max().item<double>(), 1e-5);
      EXPECT_LT((sum - new_sum).abs().max().item<double>(), 1e-5);
      const at::Tensor total = b.clone();
      kernels->add_scaled(values(a), n, 0.3F, values(total));
      tests::expect_close(total, b + 0.3 * a, 1e-6);
      const at::Tensor y = b.clone();
      kernels->add_and_activate(values(a), n, FusedActivation::kSwish, values(y));
      tests::expect_close(y, at::silu(a + b), 1e-6);
    }
  }
}

TEST(VectorKernelsTest, LogZerosStayFinite) {
  for (const VectorKernels* kernels : {&vector_kernels(), &plain_vector_kernels()}) {
    constexpr float kLogZero = -1e10F;
    std::array<float, 2> before = {kLogZero, -3};
    std::array<float, 2> label = {-1, -1};
    std::array<float, 2> non_blank = {kLogZero, kLogZero};
    std::array<float, 2> blank = {kLogZero, -2};
    std::array<float, 2> sum = {kLogZero, -2};
    kernels->ctc_frame(
        2, before.data(), label.data(), -0.1F, non_blank.data(), blank.data(), sum.data());
    EXPECT_NEAR(non_blank[0], kLogZero, 2048);
    EXPECT_NEAR(sum[0], kLogZero, 2048);
    EXPECT_NEAR(non_blank[1], -4, 1e-6);
    EXPECT_NEAR(sum[1], std::log(std::exp(-4.0) + std::exp(-2.1)), 1e-6);
  }
}

TEST(PrecisionTest, NamesAndAuto) {
  EXPECT_EQ(precision_of("fp32"), Precision::kFloat32);
  EXPECT_EQ(
      precision_of("auto"),
      processor_has(Precision::kBfloat16) ? Precision::kBfloat16 : Precision::kFloat32);
  EXPECT_THROW(precision_of("fp64"), ConfigError);
  for (const Precision precision : {Precision::kBfloat16, Precision::kInt8}) {
    if (processor_has(precision)) {
      EXPECT_EQ(precision_of(name_of(precision)), precision);
    } else {
      EXPECT_THROW(precision_of(name_of(precision)), ConfigError);
    }
  }
}

}  // namespace
}  // namespace sotto
