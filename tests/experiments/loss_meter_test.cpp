#include "experiments/loss_meter.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/message_of.h"

namespace sotto::experiments {
namespace {

std::map<std::string, at::Tensor> total(double value) {
  return {{"total", at::scalar_tensor(value)}};
}

TEST(LossMeterTest, SumsPassesSinceTheLastCall) {
  const auto one = Processes::one();
  LossMeter meter;
  meter.add(total(2), "a");
  meter.add(total(3), "b");
  meter.add_norm(at::scalar_tensor(7));
  EXPECT_EQ(meter.take(*one).at("total"), 5);
  EXPECT_TRUE(meter.take(*one).empty());
  meter.add(total(4), "c");
  EXPECT_EQ(meter.take(*one).at("total"), 4);
}

TEST(LossMeterTest, NamesTheBatchThatGaveNoNumbers) {
  const auto one = Processes::one();
  const auto fault = [&](double loss, double norm) {
    LossMeter meter;
    meter.add(total(1), "a");
    meter.add_norm(at::scalar_tensor(1));
    meter.add(total(loss), "b");
    meter.add(total(1), "c");
    meter.add_norm(at::scalar_tensor(norm));
    meter.add(total(1), "d");
    meter.add_norm(at::scalar_tensor(1));
    return tests::message_of<DataError>([&] { meter.take(*one); });
  };
  EXPECT_EQ(fault(1, 1), "");
  EXPECT_EQ(fault(NAN, NAN), "training: the loss is not a number in the batch of b");
  EXPECT_EQ(fault(1, INFINITY), "training: the gradients are not numbers after the batch of c");
}

}  // namespace
}  // namespace sotto::experiments
