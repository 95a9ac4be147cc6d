#include "common/loss_scaler.h"

#include <limits>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(LossScalerTest, WhatIsScaledComesBack) {
  LossScaler scaler({1024, 0});
  EXPECT_EQ(scaler.scaled(at::full({}, 3.0)).item<float>(), 3072);
  const at::Tensor gradient = at::full({4}, 2048.0);
  EXPECT_TRUE(scaler.unscale({gradient, at::Tensor()}));
  EXPECT_EQ(gradient.sum().item<float>(), 8);
  EXPECT_EQ(scaler.state().scale, 1024);
  EXPECT_EQ(scaler.state().good_steps, 1);
}

TEST(LossScalerTest, OverflowHalvesAndGoodStepsDouble) {
  LossScaler scaler({1024, 0}, /*growth_interval=*/3);
  const auto step = [&](double value) {
    return scaler.unscale({at::ones({2}), at::full({2}, value)});
  };
  EXPECT_TRUE(step(1));
  EXPECT_FALSE(step(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(scaler.state().scale, 512);
  EXPECT_FALSE(step(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ(scaler.state().scale, 256);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(step(1));
  }
  EXPECT_EQ(scaler.state().scale, 512);
  EXPECT_EQ(scaler.state().good_steps, 0);
}

TEST(LossScalerTest, GoesOnWhereItWas) {
  LossScaler first({1024, 0}, 3);
  first.unscale({at::ones({1})});
  LossScaler second({}, 3);
  second.restore(first.state());
  second.unscale({at::ones({1})});
  second.unscale({at::ones({1})});
  EXPECT_EQ(second.state().scale, 2048);
}

TEST(LossScalerTest, NeverReachesZero) {
  LossScaler scaler({1.0 / (1 << 16), 0});
  scaler.unscale({at::full({1}, std::numeric_limits<double>::infinity())});
  EXPECT_EQ(scaler.state().scale, 1.0 / (1 << 16));
}

}  // namespace
}  // namespace sotto
