#include "encoders/relaxation.h"

#include <algorithm>

#include "common/lengths.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

RelaxationOptions relaxed_by(double gamma, double deviation = 0, bool matched = false) {
  RelaxationOptions options;
  options.gamma = gamma;
  options.gamma_deviation = deviation;
  options.matched_inference = matched;
  return options;
}

std::vector<double> draws(const Relaxation& relaxation, size_t count) {
  std::vector<double> gammas(count);
  for (double& gamma : gammas) {
    gamma = relaxation.draw();
  }
  return gammas;
}

TEST(RelaxationTest, SharesEvenlyAmongValidKeys) {
  const at::Tensor mask = Lengths({4, 1, 3}, 4).valid_mask(at::kCPU).unsqueeze(1);
  const at::Tensor uniform = Relaxation::uniform(mask, 4, at::kDouble);
  ASSERT_EQ(uniform.sizes(), (std::vector<int64_t>{3, 1, 1, 4}));
  tests::expect_near(
      uniform.view({3, 4}),
      tests::table({{.25, .25, .25, .25}, {1, 0, 0, 0}, {1. / 3, 1. / 3, 1. / 3, 0}}),
      1e-7);
  EXPECT_TRUE(Relaxation::uniform({}, 4, at::kFloat).equal(at::full({1, 1, 1, 4}, 0.25)));
}

TEST(RelaxationTest, CausalRowsShareAmongTheVisiblePrefix) {
  const at::Tensor causal = at::ones({1, 3, 3}, at::kBool).tril();
  tests::expect_near(
      Relaxation::uniform(causal, 3, at::kDouble).view({3, 3}),
      tests::table({{1, 0, 0}, {.5, .5, 0}, {1. / 3, 1. / 3, 1. / 3}}),
      1e-7);
}

TEST(RelaxationTest, ARowWithoutKeysIsZero) {
  const at::Tensor uniform = Relaxation::uniform(at::zeros({1, 1, 3}, at::kBool), 3, at::kFloat);
  EXPECT_TRUE(uniform.equal(at::zeros({1, 1, 1, 3})));
}

TEST(RelaxationTest, OnlyWhileTrainingUnlessInferenceIsMatched) {
  Relaxation relaxation(relaxed_by(0.3));
  Relaxation matched(relaxed_by(0.3, 0, true));
  EXPECT_EQ(relaxation.draw(), 0.3);
  EXPECT_EQ(matched.draw(), 0.3);
  relaxation.eval();
  matched.eval();
  EXPECT_EQ(relaxation.draw(), 0);
  EXPECT_EQ(matched.draw(), 0.3);
}

TEST(RelaxationTest, IsOffWithTheOtherRegularisers) {
  const auto relaxation = std::make_shared<Relaxation>(relaxed_by(0.3, 0.1));
  set_regularisers(*relaxation, false);
  EXPECT_EQ(relaxation->draw(), 0);
  set_regularisers(*relaxation, true);
  EXPECT_NE(relaxation->draw(), 0);
}

TEST(RelaxationTest, FuzzyDrawsSpreadAroundGamma) {
  const size_t count = 4000;
  Relaxation relaxation(relaxed_by(0.3, 0.05));
  at::manual_seed(40);
  const at::Tensor gammas = at::tensor(draws(relaxation, count), at::kDouble);
  EXPECT_NEAR(gammas.mean().item<double>(), 0.3, 4 * 0.05 / std::sqrt(count));
  EXPECT_NEAR(gammas.std().item<double>(), 0.05, 0.003);
}

TEST(RelaxationTest, FuzzyDrawsAreClipped) {
  Relaxation relaxation(relaxed_by(0.5, 1));
  at::manual_seed(41);
  const std::vector<double> gammas = draws(relaxation, 200);
  EXPECT_EQ(*std::min_element(gammas.begin(), gammas.end()), 0);
  EXPECT_EQ(*std::max_element(gammas.begin(), gammas.end()), 1);
}

TEST(RelaxationTest, FuzzyDrawsFollowTheSeed) {
  Relaxation relaxation(relaxed_by(0.3, 0.1));
  at::manual_seed(42);
  const std::vector<double> first = draws(relaxation, 5);
  EXPECT_NE(first, draws(relaxation, 5));
  at::manual_seed(42);
  EXPECT_EQ(first, draws(relaxation, 5));
}

TEST(RelaxationTest, FuzzyTrainingIsEvaluatedAtItsMean) {
  Relaxation relaxation(relaxed_by(0.3, 0.1, true));
  relaxation.eval();
  EXPECT_EQ(draws(relaxation, 3), std::vector<double>(3, 0.3));
}

}  // namespace
}  // namespace sotto::encoders
