// Losses, schedule, optimiser and clipping against the published recognisers' numbers.
#include <cmath>

#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include "experiments/objective.h"
#include "experiments/schedule.h"
#include "tests/golden.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;
using Lists = std::vector<std::vector<int64_t>>;
using Rows = std::vector<std::vector<double>>;

at::Tensor labels_of(const Lists& rows) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(rows.size());
  for (const auto& row : rows) {
    tensors.push_back(at::tensor(row, at::kLong));
  }
  return at::stack(tensors);
}

at::Tensor batch_of(const json& clips) {
  std::vector<at::Tensor> tensors;
  for (const json& rows : clips) {
    tensors.push_back(tests::table(rows.get<Rows>()));
  }
  return at::stack(tensors);
}

TEST(SmoothedDivergenceGoldenTest, WorkedExample) {
  const at::Tensor logits =
      at::stack({tests::table({{1, 0, -1}, {.5, .5, 2}}), tests::table({{0, 1, 0}, {3, 3, 3}})});
  const at::Tensor targets = labels_of({{0, 2}, {1, -1}});
  const at::Tensor clips = smoothed_divergence(logits, targets, 0.1);
  EXPECT_NEAR(clips[0].item<double>(), 0.1632082 + 0.1245835, 1e-6);
  EXPECT_NEAR(clips[1].item<double>(), 0.2570470, 1e-6);
  EXPECT_NEAR(clips.sum().item<double>() / 2, 0.2724192, 1e-6);
  EXPECT_NEAR(clips.sum().item<double>() / 3, 0.1816128, 1e-6);
}

TEST(SmoothedDivergenceGoldenTest, StoredCases) {
  const json golden = tests::golden_section("label_smoothing");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const at::Tensor logits = batch_of(golden.at("logits"));
  const at::Tensor targets = labels_of(golden.at("targets").get<Lists>());
  for (const json& one : golden.at("cases")) {
    const at::Tensor sum =
        smoothed_divergence(logits, targets, one.at("smoothing").get<double>()).sum();
    const double count = one.at("normalize_length").get<bool>()
                             ? targets.ge(0).sum().item<double>()
                             : static_cast<double>(targets.size(0));
    EXPECT_NEAR(sum.item<double>() / count, one.at("loss").get<double>(), 1e-5) << one;
  }
}

TEST(CtcLossesGoldenTest, WorkedExample) {
  const at::Tensor clip = tests::table({{.6, .3, .1}, {.2, .7, .1}, {.5, .4, .1}}).log();
  const at::Tensor logits = clip.unsqueeze(0).repeat({3, 1, 1});
  const at::Tensor losses =
      ctc_losses(logits, at::tensor({1, 1, 1}, at::kLong), {1, 0, 2}, {3, 3, 2});
  EXPECT_NEAR(losses[0].item<double>(), 0.4385050, 1e-6);
  EXPECT_NEAR(losses[1].item<double>(), 2.8134108, 1e-6);
  EXPECT_EQ(losses[2].item<double>(), 0);  // infinite: a repetition needs three frames
}

TEST(CtcLossesGoldenTest, StoredGradient) {
  const json golden = tests::golden_section("ctc_loss");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const at::Tensor logits = batch_of(golden.at("logits")).requires_grad_();
  std::vector<int64_t> labels;
  std::vector<int64_t> counts;
  for (const auto& row : golden.at("ys").get<Lists>()) {
    const auto end = std::find(row.begin(), row.end(), -1);
    labels.insert(labels.end(), row.begin(), end);
    counts.push_back(end - row.begin());
  }
  const at::Tensor loss = ctc_losses(
                              logits,
                              at::tensor(labels, at::kLong),
                              counts,
                              golden.at("hlens").get<std::vector<int64_t>>())
                              .sum() /
                          static_cast<double>(counts.size());
  EXPECT_NEAR(loss.item<double>(), golden.at("loss").get<double>(), 1e-5);
  loss.backward();
  tests::expect_near(logits.grad(), batch_of(golden.at("grad")), 1e-5);
}

TEST(WarmupCosineGoldenTest, WorkedExample) {
  const double expected[] = {.25, .5, .75, 1, .933013, .75, .5, .25, .066987, 0};
  for (int64_t step = 0; step < 10; ++step) {
    EXPECT_NEAR(warmup_cosine(step, 1, 4, 10, 0), expected[step], 1e-6) << step;
  }
}

TEST(WarmupCosineGoldenTest, StoredSchedules) {
  const json golden = tests::golden_section("warmup_cosine");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  for (const json& one : golden) {
    const auto a_epoch = one.at("steps_per_epoch").get<int64_t>();
    const double peak = one.at("base_lr");
    for (size_t i = 0; i < one.at("lr_used").size(); ++i) {
      const double rate = warmup_cosine(
          one.at("optimizer_step_index_from_0").at(i),
          peak,
          one.at("warmup_epochs").get<double>() * static_cast<double>(a_epoch),
          one.at("total_epochs").get<int64_t>() * a_epoch,
          0,
          /*late=*/one.at("schedule") != "avsr");
      EXPECT_NEAR(rate, one.at("lr_used").at(i).get<double>(), 1e-7 * peak);
    }
  }
}

TEST(OptimiserGoldenTest, AdamW) {
  at::Tensor p = at::tensor({1.0F, -2.0F}).requires_grad_();
  torch::optim::AdamW optimiser(
      {p}, torch::optim::AdamWOptions(1e-3).betas({0.9, 0.98}).eps(1e-8).weight_decay(0.03));
  const double expected[][2] = {
      {.9989700, -1.9989400}, {.9979777, -1.9979177}, {.9969950, -1.9969050}};
  for (int step = 0; step < 3; ++step) {
    p.mutable_grad() = at::tensor({0.5F, -0.25F}) * (step + 1);
    optimiser.step();
    EXPECT_NEAR(p[0].item<double>(), expected[step][0], 2e-7);
    EXPECT_NEAR(p[1].item<double>(), expected[step][1], 2e-7);
  }
}

TEST(OptimiserGoldenTest, Clipping) {
  at::Tensor p = at::zeros({3}).requires_grad_();
  p.mutable_grad() = at::tensor({3.0F, 4.0F, 12.0F});
  EXPECT_NEAR(torch::nn::utils::clip_grad_norm_({p}, 5.0), 13, 1e-6);
  tests::expect_near(p.grad(), at::tensor({1.1538F, 1.5385F, 4.6154F}), 1e-4);
}

}  // namespace
}  // namespace sotto::experiments
