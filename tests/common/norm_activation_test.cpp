#include "common/kernels/norm_activation.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <ATen/ATen.h>

namespace sotto {
namespace {

struct Case {
  FusedActivation activation;
  bool slopes;
  bool residual;
};

const Case kCases[] = {
    {FusedActivation::kNone, false, false}, {FusedActivation::kRelu, false, true},
    {FusedActivation::kSwish, false, false}, {FusedActivation::kSwish, false, true},
    {FusedActivation::kNone, true, true},    {FusedActivation::kNone, true, false}};

/// Leaves of one computation, so that both forms start from the same numbers.
struct Inputs {
  at::Tensor x;
  NormCall norm;
  NormTail tail;
  at::Tensor upstream;
};

Inputs inputs_of(const Case& which, at::ScalarType type, int64_t N, int64_t C, int64_t side) {
  at::manual_seed(3);
  Inputs in;
  const auto pictures = [&] {
    return (at::randn({N, C, side, side}) * 2 + 3)
        .to(type)
        .contiguous(at::MemoryFormat::ChannelsLast);
  };
  in.x = pictures().requires_grad_();
  in.norm.weight = at::rand({C}).add_(0.5).requires_grad_();
  in.norm.bias = at::randn({C}).requires_grad_();
  in.norm.running_mean = at::randn({C});
  in.norm.running_var = at::rand({C}).add_(1);
  in.tail.activation = which.activation;
  if (which.slopes) {
    in.tail.slopes = at::rand({C}).requires_grad_();
  }
  if (which.residual) {
    in.tail.residual = pictures().requires_grad_();
  }
  in.upstream = pictures();
  return in;
}

std::vector<at::Tensor> all_of(const Inputs& in, const at::Tensor& y) {
  std::vector<at::Tensor> wanted = {in.x, in.norm.weight, in.norm.bias};
  for (const at::Tensor& more : {in.tail.slopes, in.tail.residual}) {
    if (more.defined()) {
      wanted.push_back(more);
    }
  }
  std::vector<at::Tensor> all =
      torch::autograd::grad({y}, wanted, {in.upstream.to(y.scalar_type())});
  all.push_back(y.detach());
  all.push_back(in.norm.running_mean);
  all.push_back(in.norm.running_var);
  return all;
}

void expect_near(
    const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    const double scale = b[i].to(at::kFloat).abs().max().item<double>();
    const double off = (a[i].to(at::kFloat) - b[i].to(at::kFloat)).abs().max().item<double>();
    EXPECT_LE(off, tolerance * scale) << "number " << i;
  }
}

TEST(NormActivationTest, IsThePlainForm) {
  for (const Case& which : kCases) {
    for (const int64_t C : {1, 24, 64, 100}) {
      const Inputs fused = inputs_of(which, at::kFloat, 5, C, 7);
      const Inputs plain = inputs_of(which, at::kFloat, 5, C, 7);
      expect_near(
          all_of(fused, norm_activation(fused.x, fused.norm, fused.tail)),
          all_of(plain, norm_activation_plain(plain.x, plain.norm, plain.tail)), 2e-5);
    }
  }
}

TEST(NormActivationTest, InBfloat16ToItsRounding) {
  for (const Case& which : kCases) {
    const Inputs fused = inputs_of(which, at::kBFloat16, 5, 24, 7);
    const Inputs plain = inputs_of(which, at::kBFloat16, 5, 24, 7);
    const at::Tensor y = norm_activation(fused.x, fused.norm, fused.tail);
    EXPECT_EQ(y.scalar_type(), at::kBFloat16);
    // Results are rounded to 8 bits once in both; the plain form's gradients pass through more.
    expect_near(
        all_of(fused, y),
        all_of(plain, norm_activation_plain(plain.x, plain.norm, plain.tail)), 1e-2);
  }
}

TEST(NormActivationTest, FromFloatToBfloat16) {
  Inputs fused = inputs_of(kCases[2], at::kFloat, 5, 24, 7);
  Inputs plain = inputs_of(kCases[2], at::kFloat, 5, 24, 7);
  fused.norm.out = at::kBFloat16;
  const at::Tensor y = norm_activation(fused.x, fused.norm, fused.tail);
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  expect_near(
      all_of(fused, y), all_of(plain, norm_activation_plain(plain.x, plain.norm, plain.tail)),
      1e-2);
}

TEST(NormActivationTest, RowsThatDoNotCountAreZeroAndUnseen) {
  const Case which = kCases[3];
  Inputs some = inputs_of(which, at::kFloat, 2, 24, 4);  // 32 rows
  some.norm.rows = {{0, 10}, {16, 29}};
  Inputs alone = inputs_of(which, at::kFloat, 2, 24, 4);
  const auto counted = [](const at::Tensor& x) {
    const at::Tensor rows = x.permute({0, 2, 3, 1}).reshape({32, 24});
    return at::cat({rows.narrow(0, 0, 10), rows.narrow(0, 16, 13)});
  };
  at::Tensor y = norm_activation(some.x, some.norm, some.tail);
  const std::vector<at::Tensor> gradients = torch::autograd::grad(
      {y}, {some.x, some.norm.weight, some.tail.residual}, {some.upstream});
  const NormTail tail = {which.activation, {}, counted(alone.tail.residual)};
  const at::Tensor expected = norm_activation_plain(counted(alone.x), alone.norm, tail);
  const std::vector<at::Tensor> expected_gradients = torch::autograd::grad(
      {expected}, {alone.x, alone.norm.weight, alone.tail.residual}, {counted(alone.upstream)});
  expect_near({counted(y.detach())}, {expected.detach()}, 2e-5);
  expect_near(gradients, expected_gradients, 2e-5);
  EXPECT_EQ(y.detach().permute({0, 2, 3, 1}).reshape({32, 24}).narrow(0, 10, 6).abs().sum().item<float>(), 0);
}

TEST(NormActivationTest, TwoProcessesGiveTheNumbersOfOne) {
  // The other process' sums, as it would send them.
  const Case which = kCases[2];
  Inputs whole = inputs_of(which, at::kFloat, 4, 24, 4);
  const at::Tensor y = norm_activation_plain(whole.x, whole.norm, whole.tail);
  const at::Tensor expected =
      torch::autograd::grad({y}, {whole.x}, {whole.upstream})[0].narrow(0, 0, 2);
  std::vector<at::Tensor> sent;
  std::vector<at::Tensor> gradients;
  for (int pass = 0; pass < 3; ++pass) {  // who sends in pass n is heard in pass n + 1
    for (const int64_t process : {1, 0}) {
      Inputs half = inputs_of(which, at::kFloat, 4, 24, 4);
      const at::Tensor x = half.x.detach().narrow(0, 2 * process, 2).clone().requires_grad_();
      size_t call = 0;
      std::vector<at::Tensor> own;
      const std::vector<at::Tensor> heard = sent;
      half.norm.reduce = [&](at::Tensor& sums) {
        own.push_back(sums.clone());
        if (process == 0 && call < heard.size()) {
          sums += heard[call];
        } else if (process == 1 && call < gradients.size()) {
          sums += gradients[call];
        }
        ++call;
      };
      const at::Tensor part = norm_activation(x, half.norm, half.tail);
      const at::Tensor gradient =
          torch::autograd::grad({part}, {x}, {half.upstream.narrow(0, 2 * process, 2)})[0];
      (process == 1 ? sent : gradients) = own;
      if (pass == 2 && process == 0) {
        expect_near({gradient, part.detach()}, {expected, y.detach().narrow(0, 0, 2)}, 2e-5);
      }
    }
  }
}

TEST(NormActivationTest, RefusesOtherLayouts) {
  NormCall norm;
  EXPECT_FALSE(lies_in_rows(at::ones({2, 3, 4, 4})));
  EXPECT_TRUE(lies_in_rows(at::ones({2, 5, 3}).transpose(1, 2)));
  EXPECT_THROW(norm_activation(at::ones({2, 3, 4, 4}), norm, {}), c10::Error);
}

}  // namespace
}  // namespace sotto
