#include "common/skip_initialisation.h"

#include <fstream>
#include <memory>
#include <thread>

#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <unistd.h>

#include "tests/tensors.h"

namespace sotto {
namespace {

constexpr int64_t kWide = 4096;  // a weight of 64 MiB: memory of its own, fresh from the kernel

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

TEST(SkipInitialisationTest, WeightsAreNotTouched) {
  const double before = resident_bytes();
  const SkipInitialisation skip;
  const torch::nn::Linear linear(kWide, kWide);
  const torch::nn::Embedding embedding(kWide, kWide);
  const double weights = 2.0 * kWide * kWide * sizeof(float);
  EXPECT_LT(resident_bytes() - before, 0.3 * weights);  // a sanitizer has its own eighth
}

TEST(SkipInitialisationTest, WhatIsThereStays) {
  at::Tensor x = at::arange(6, at::kFloat);
  {
    const SkipInitialisation skip;
    x.uniform_(5, 6);
    x.normal_();
  }
  EXPECT_TRUE(x.equal(at::arange(6, at::kFloat)));
}

TEST(SkipInitialisationTest, NetworksComputeInside) {
  const SkipInitialisation skip;
  torch::nn::Linear linear(3, 2);
  const at::NoGradGuard no_grad;
  linear->weight.fill_(2);
  linear->bias.fill_(1);
  EXPECT_TRUE(linear->forward(at::ones({1, 3})).equal(at::full({1, 2}, 7.0)));
}

TEST(SkipInitialisationTest, InitialisationIsBackAfterwards) {
  at::manual_seed(50);
  const torch::nn::Linear plain(7, 5);
  at::manual_seed(50);
  { const SkipInitialisation skip; }
  const torch::nn::Linear after(7, 5);
  EXPECT_TRUE(after->weight.equal(plain->weight));
  EXPECT_TRUE(after->bias.equal(plain->bias));
}

TEST(SkipInitialisationTest, DrawsNoNumbers) {
  at::manual_seed(51);
  const at::Tensor expected = at::rand({3});
  at::manual_seed(51);
  {
    const SkipInitialisation skip;
    const torch::nn::Linear linear(7, 5);
  }
  EXPECT_TRUE(at::rand({3}).equal(expected));
}

TEST(SkipInitialisationTest, OtherThreadsDrawAsEver) {
  const SkipInitialisation skip;
  at::Tensor x = at::zeros({100});
  std::thread([&x] { x.uniform_(1, 2); }).join();
  EXPECT_TRUE(x.ge(1).all().item<bool>());
}

}  // namespace
}  // namespace sotto
