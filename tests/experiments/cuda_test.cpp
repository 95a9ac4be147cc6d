// What a GPU computes against what the host does. Skipped where there is none.
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/cuda.h>
#include <torch/utils.h>

#include "common/autocast.h"
#include "common/loss_scaler.h"
#include "experiments/batch_transfer.h"
#include "experiments/device.h"
#include "experiments/objective.h"
#include "experiments/perplexity.h"
#include "experiments/recogniser.h"
#include "experiments/trainer.h"
#include "tests/common/temporary_folder.h"
#include "tests/run_log_lines.h"
#include "tests/small_model.h"
#include "tests/speech_store.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"
#include "tests/two_clips.h"

namespace sotto::experiments {
namespace {

LossOptions all_modes() {
  LossOptions options;
  options.ctc_weight = 0.4;
  options.av = 2;
  options.a = 1;
  options.v = 1;
  options.audio_only = 0.3;
  return options;
}

/// A step's losses and gradients, on the host.
struct Step {
  std::map<std::string, double> losses;
  std::map<std::string, at::Tensor> gradients;
};

class CudaTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!torch::cuda::is_available()) {
      GTEST_SKIP() << "no GPU that this LibTorch can use";
    }
    at::globalContext().setAllowTF32CuDNN(false);  // ten bits of a factor hide faults
    at::globalContext().setAllowTF32CuBLAS(false);
  }

  static Step step_on(c10::Device device, StepPrecision precision = StepPrecision::kFloat32) {
    AvsrModel model = tests::golden_model(true, true);
    model->to(device);
    datasets::Batch batch = tests::two_clips(88, 23);
    to_device(batch, device);
    Loss loss;
    {
      const AutocastScope scope(device, precision);
      loss = Objective(all_modes(), true, true)(*model, batch, 7);
    }
    LossScaler scaler;
    scaler.restore({256, 0});  // as if it had come down already
    const bool scaled = precision == StepPrecision::kFloat16;
    (scaled ? scaler.scaled(loss.total) : loss.total).backward();
    Step step;
    std::vector<at::Tensor> gradients;
    for (const auto& entry : model->named_parameters()) {
      gradients.push_back(entry.value().grad());
    }
    if (scaled) {
      EXPECT_TRUE(scaler.unscale(gradients));
    }
    for (const auto& [name, value] : loss.parts) {
      step.losses[name] = value.item<double>();
    }
    for (const auto& entry : model->named_parameters()) {
      if (entry.value().grad().defined()) {
        step.gradients[entry.key()] = entry.value().grad().to(at::kCPU, at::kFloat);
      }
    }
    return step;
  }

  /// @param tolerance  of a loss by its size, and of all gradients by their norm
  static void expect_equal_steps(const Step& one, const Step& other, double tolerance) {
    ASSERT_EQ(one.losses.size(), other.losses.size());
    for (const auto& [name, value] : one.losses) {
      EXPECT_NEAR(other.losses.at(name), value, tolerance * std::abs(value)) << name;
    }
    ASSERT_EQ(one.gradients.size(), other.gradients.size());
    double apart = 0;
    double size = 0;
    for (const auto& [name, gradient] : one.gradients) {
      apart += (gradient - other.gradients.at(name)).square().sum().item<double>();
      size += gradient.square().sum().item<double>();
    }
    EXPECT_GT(size, 0);
    EXPECT_LT(std::sqrt(apart / size), tolerance);
  }
};

TEST_F(CudaTest, LossesAndGradientsAreThoseOfTheHost) {
  expect_equal_steps(step_on(at::kCPU), step_on(at::kCUDA), 1e-3);
}

TEST_F(CudaTest, HalvedNumbersAreNear) {
  const Step host = step_on(at::kCPU);
  expect_equal_steps(host, step_on(at::kCUDA, StepPrecision::kBfloat16), 0.2);
  expect_equal_steps(host, step_on(at::kCUDA, StepPrecision::kFloat16), 0.05);
}

TEST_F(CudaTest, SearchesReadWhatTheHostReads) {
  const at::NoGradGuard no_grad;
  AvsrModel host = tests::golden_model(true, true);
  AvsrModel device = tests::golden_model(true, true);
  device->to(at::kCUDA);
  const datasets::Batch batch = tests::two_clips(88, 23);
  for (const Modality modality :
       {Modality{true, true}, Modality{true, false}, Modality{false, true}}) {
    const Encoded here = encode_batch(*host, batch, modality);
    const Encoded there = encode_batch(*device, batch, modality);
    EXPECT_TRUE(there.memory.is_cuda());
    tests::expect_close(there.emission, here.emission, 1e-3);
    for (const std::string method : {"greedy", "ctc_prefix", "rescoring", "beam"}) {
      decoding::SearchOptions options;
      options.method = method;
      options.beam = 3;
      const auto expected = search_clips(*host, here, options);
      const auto found = search_clips(*device, there, options);
      for (size_t b = 0; b < 2; ++b) {
        ASSERT_FALSE(found[b].empty()) << method;
        EXPECT_EQ(found[b].front().labels(), expected[b].front().labels()) << method;
        EXPECT_NEAR(found[b].front().score, expected[b].front().score, 1e-2) << method;
      }
    }
  }
}

class CudaTrainingTest : public CudaTest {
 protected:
  void SetUp() override {
    CudaTest::SetUp();
    if (!IsSkipped()) {
      tests::write_speech_store(folder_ / "store");
      write_file(folder_ / "valid.txt", "clip8\nclip9\n");
    }
  }

  std::vector<nlohmann::json> trained(
      const std::string& name, c10::Device device, const std::string& precision) {
    TrainContext context;
    context.device = device;
    train(
        tests::tiny_recipe(
            folder_ / "store",
            {"data.valid=" + (folder_ / "valid.txt"),
             "log_every=1",
             "precision=" + precision,
             "stages.0.regularise_after=1",
             "stages.1.regularise_after=1"}),
        folder_ / name,
        false,
        context);
    return tests::log_lines(folder_ / name, "train");
  }

  TemporaryFolder folder_;
};

TEST_F(CudaTrainingTest, StepsAreThoseOfTheHost) {
  const auto host = trained("host", at::kCPU, "fp32");
  const auto device = trained("device", device_of("cuda"), "fp32");
  ASSERT_EQ(host.size(), device.size());
  ASSERT_GE(host.size(), 8U);
  for (size_t i = 0; i < 8; ++i) {
    // Adam divides by roots of small numbers: rounding grows from step to step.
    const double loss = host[i].at("loss").at("total");
    EXPECT_NEAR(device[i].at("loss").at("total").get<double>(), loss, 0.02 * std::abs(loss)) << i;
  }
  EXPECT_TRUE(read_model(folder_ / "device/last.safetensors").network);
}

TEST_F(CudaTrainingTest, HalvedNumbersTrain) {
  const auto host = trained("host", at::kCPU, "fp32");
  for (const std::string precision : {"bf16", "fp16"}) {
    const auto device = trained(precision, device_of("cuda"), precision);
    ASSERT_EQ(host.size(), device.size());
    const double loss = host.back().at("loss").at("total");
    const double found = device.back().at("loss").at("total");
    EXPECT_TRUE(std::isfinite(found)) << precision;
    EXPECT_LT(found, 1.5 * loss) << precision;  // the first steps of fp16 find its scale
  }
}

TEST_F(CudaTest, AStoppedRunGoesOn) {
  const TemporaryFolder folder;
  tests::write_speech_store(folder / "store");
  TrainContext context;
  context.device = device_of("cuda");
  const auto recipe = [&] { return tests::tiny_recipe(folder / "store", {"stages.0.epochs=1"}); };
  train(recipe(), folder / "run", false, context);
  const auto log = tests::whole_log(folder / "run");
  train(recipe(), folder / "run", /*resume=*/true, context);  // nothing is left to do
  EXPECT_EQ(tests::whole_log(folder / "run").size(), log.size());
}

TEST_F(CudaTest, PerplexityIsThatOfTheHost) {
  decoding::TransformerLmOptions options;
  options.embedding = 8;
  options.dim = 8;
  options.heads = 2;
  options.layers = 1;
  options.feed_forward = 16;
  const auto score_on = [&](c10::Device device) {
    decoding::TransformerLm network(options, 12);
    tests::fill(*network, tests::golden_weight);
    network->eval();
    network->to(device);
    SentenceIds sentences;
    sentences.add({3, 4, 5});
    sentences.add({7});
    TextBatches texts(std::move(sentences), 100, 11, 0);
    return log_probability(*network, texts, {});
  };
  const double host = score_on(at::kCPU);
  EXPECT_LT(host, 0);
  EXPECT_NEAR(score_on(at::kCUDA), host, 1e-4 * std::abs(host));
}

}  // namespace
}  // namespace sotto::experiments
