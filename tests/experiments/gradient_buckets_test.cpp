#include "experiments/gradient_buckets.h"

#include <torch/nn/module.h>

#include "tests/experiments/forked.h"

namespace sotto::experiments {
namespace {

using tests::Forked;
using tests::in_processes;
using Values = std::vector<double>;
using Together = std::shared_ptr<Processes>;

class GradientBucketsTest : public tests::TogetherTest {};

TEST_F(GradientBucketsTest, PassesAddUpAndUnusedParametersTakePart) {
  struct Net : torch::nn::Module {
    Net() {
      a = register_parameter("a", at::ones({3}));
      b = register_parameter("b", at::ones({2, 2}));
      never = register_parameter("never", at::ones({4}));
      half = register_parameter("half", at::ones({2}).to(at::kBFloat16));
    }
    at::Tensor a, b, never, half;
  };
  const Forked forked = in_processes(2, [](const Together& processes) {
    Net net;
    const auto scale = static_cast<double>(processes->rank() + 1);
    GradientBuckets buckets(net, processes, 16);
    Values values;
    for (int step = 0; step < 2; ++step) {
      net.zero_grad();
      (net.a * scale).sum().backward();
      buckets.begin_last_pass();
      at::Tensor loss = (net.a * 10).sum() + net.half.sum();
      if (processes->rank() == 1) {
        loss = loss + (net.b * 7).sum();
      }
      loss.backward();
      buckets.finish();
    }
    tests::append(values, net.a.grad());     // 1 + 2 + 10 + 10
    tests::append(values, net.b.grad());     // of the second alone
    tests::append(values, net.half.grad());
    values.push_back(net.never.grad().defined() ? 1 : 0);
    return values;
  });
  for (size_t rank = 0; rank < 2; ++rank) {
    ASSERT_EQ(forked.codes[rank], 0) << forked.errors[rank];
    EXPECT_EQ(forked.values[rank], (Values{23, 23, 23, 7, 7, 7, 7, 2, 2, 0}));
  }
}

TEST_F(GradientBucketsTest, AloneNothingHappens) {
  torch::nn::Module nothing;
  GradientBuckets buckets(nothing, Processes::one());
  buckets.begin_last_pass();
  buckets.finish();
  EXPECT_EQ(buckets.buckets(), 0);
}

}  // namespace
}  // namespace sotto::experiments
