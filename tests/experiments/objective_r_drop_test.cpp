#include <cmath>

#include "common/regulariser.h"
#include "experiments/objective.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"
#include "tests/two_clips.h"

namespace sotto::experiments {
namespace r_drop {
namespace {

AvsrModel tiny_model() {
  AvsrModel model(tests::tiny_recipe("none").model, 30);
  tests::fill(*model, tests::golden_weight);
  model->train();
  return model;
}

LossOptions options_of(double r_drop, double r_drop_ctc) {
  LossOptions options;
  options.ctc_weight = 0.4;
  options.v = 1;
  options.r_drop = r_drop;
  options.r_drop_ctc = r_drop_ctc;
  return options;
}

std::map<std::string, double> losses_of(
    AvsrModel& model, const LossOptions& options, const datasets::Batch& batch) {
  const at::NoGradGuard no_grad;
  torch::manual_seed(5);
  std::map<std::string, double> losses;
  for (const auto& [name, value] : Objective(options, true, true)(*model, batch, 1).parts) {
    losses[name] = value.item<double>();
  }
  return losses;
}

TEST(RDropTest, DivergenceByHand) {
  // p = (1/2, 1/2), q = (1/4, 3/4): KL(p||q) = log(4/3) / 2, KL(q||p) = log(27/16) / 4.
  const at::Tensor p = at::zeros({1, 2, 2});
  const at::Tensor q = at::log(at::tensor({0.25F, 0.75F, 0.9F, 0.1F})).view({1, 2, 2});
  const at::Tensor valid = at::tensor({1, 0}).view({1, 2}).to(at::kBool);
  const double by_hand = (std::log(4.0 / 3) / 2 + std::log(27.0 / 16) / 4) / 2;
  EXPECT_NEAR(symmetric_divergence(p, q, valid)[0].item<double>(), by_hand, 1e-6);
  EXPECT_NEAR(symmetric_divergence(q, p, valid)[0].item<double>(), by_hand, 1e-6);
}

TEST(RDropTest, ReadingsWithoutDropoutAgreeAndLossesAreThoseOfOneReading) {
  AvsrModel model = tiny_model();
  set_regularisers(*model, false);
  const auto once = losses_of(model, options_of(0, 0), tests::two_clips(16, 17));
  const auto twice = losses_of(model, options_of(2, 3), tests::two_clips(16, 17));
  EXPECT_EQ(once.count("r_drop"), 0U);
  EXPECT_NEAR(twice.at("r_drop"), 0, 1e-5);
  EXPECT_NEAR(twice.at("r_drop_ctc"), 0, 1e-5);
  EXPECT_NEAR(twice.at("ctc"), once.at("ctc"), 1e-3 * once.at("ctc"));
  EXPECT_NEAR(twice.at("attention"), once.at("attention"), 1e-3 * once.at("attention"));
  EXPECT_NEAR(twice.at("total"), once.at("total"), 1e-3 * once.at("total"));
}

TEST(RDropTest, DropoutTellsReadingsApartAndTheTotalSaysSo) {
  AvsrModel model = tiny_model();
  const auto losses = losses_of(model, options_of(2, 0.5), tests::two_clips(16, 17));
  EXPECT_GT(losses.at("r_drop"), 1e-4);
  EXPECT_GT(losses.at("r_drop_ctc"), 1e-4);
  EXPECT_NEAR(
      losses.at("total"),
      0.4 * losses.at("ctc") + 0.6 * losses.at("attention") + 0.6 * 2 * losses.at("r_drop") +
          0.4 * 0.5 * losses.at("r_drop_ctc"),
      1e-4 * losses.at("total"));
}

TEST(RDropTest, EvaluationReadsOnce) {
  AvsrModel model = tiny_model();
  model->eval();
  EXPECT_EQ(
      losses_of(model, options_of(2, 0.5), tests::two_clips(16, 17)),
      losses_of(model, options_of(0, 0), tests::two_clips(16, 17)));
}

}  // namespace
}  // namespace r_drop
}  // namespace sotto::experiments
