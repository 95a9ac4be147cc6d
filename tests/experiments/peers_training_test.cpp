// Training against the published training code: a batch of two clips of different length, with its
// padding leaking as there; losses, every gradient, batch-norm statistics, five steps of AdamW and
// five of the recipe.
#include <filesystem>

#include <torch/optim/adamw.h>
#include <torch/nn/utils/clip_grad.h>

#include <nlohmann/json.hpp>

#include "common/files.h"
#include "experiments/model_file.h"
#include "experiments/objective.h"
#include "experiments/peers/family.h"
#include "experiments/peers/import.h"
#include "experiments/schedule.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;

struct Case {
  std::string fixture;
  std::string checkpoint;
  double clip_norm;
  bool late_schedule;
  bool by_batch_again;
};

class PeersTrainingTest : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    folder_ = std::string(SOTTO_SHARED_DIR) + "/fixtures/" + GetParam().fixture + "/";
    if (!std::filesystem::exists(folder_)) {
      GTEST_SKIP() << "no fixtures";
    }
    tensors_ = read_tensors(folder_ + "train.safetensors");
    expected_ = json::parse(read_file(folder_ + "train.json"));
    ImportOptions import;
    import.checkpoint = folder_ + GetParam().checkpoint;
    import.out = temporary_ / "model.safetensors";
    import_checkpoint(import);
    reload();
    read_batch();
    loss_.padding_leaks = true;
  }

  void reload() {
    model_ = read_model(temporary_ / "model.safetensors");
    family_ = family_named(model_.card.family, !model_.card.model.video.chosen());
    model_.network->train();
    set_regularisers(*model_.network, false);
  }

  void read_batch() {
    const bool lips = tensors_.count("input0_u8") != 0;
    const at::Tensor lengths = tensors_.at("lengths");
    std::vector<int64_t> frames;
    for (int64_t b = 0; b < 2; ++b) {
      frames.push_back(lengths[b].item<int64_t>() / (lips ? 1 : 640));
      const at::Tensor row = tensors_.at("targets")[b][0];
      batch_.tokens.emplace_back();
      for (int64_t u = 0; u < row.size(0) && row[u].item<int64_t>() >= 0; ++u) {
        batch_.tokens.back().push_back(row[u].item<int64_t>());
      }
    }
    batch_.lengths = Lengths(frames, std::max(frames[0], frames[1]));
    batch_.presence = at::ones({2, 2});
    batch_.audio_weight = at::ones({2});
    std::vector<at::Tensor> clips;
    for (const char* name : {"input0", "input1"}) {
      if (lips) {
        clips.push_back(
            (tensors_.at(std::string(name) + "_u8").to(at::kFloat) / 255.0 - 0.421) / 0.165);
      } else {
        const at::Tensor wave = tensors_.at(std::string(name) + "_wave").clone();
        datasets::normalise_wave(wave.data_ptr<float>(), static_cast<size_t>(wave.numel()));
        clips.push_back(wave.unsqueeze(1));
      }
    }
    const int64_t longest = std::max(clips[0].size(0), clips[1].size(0));
    std::vector<at::Tensor> padded;
    for (const at::Tensor& clip : clips) {
      std::vector<int64_t> shape = clip.sizes().vec();
      shape[0] = longest;
      const at::Tensor room = at::zeros(shape);
      room.narrow(0, 0, clip.size(0)).copy_(clip);
      padded.push_back(room);
    }
    const at::Tensor input = at::stack(padded);
    if (lips) {
      EXPECT_NEAR(
          input.to(at::kDouble).sum().item<double>(),
          tensors_.at("batch_input_sum_f64").item<double>(),
          1e-4 * input.to(at::kDouble).abs().sum().item<double>());
    }
    (lips ? batch_.lips : batch_.wave) = input;
  }

  Loss loss() {
    return Objective(loss_, batch_.lips.defined(), batch_.wave.defined())(
        *model_.network, batch_, 1);
  }

  void expect_losses(const Loss& loss, const json& numbers, double relative) const {
    const auto expect = [&](const char* part, const char* name) {
      const double value = numbers.at(name);
      EXPECT_NEAR(loss.parts.at(part).item<double>(), value, relative * std::abs(value)) << name;
    };
    expect("total", "loss");
    expect("ctc", "loss_ctc");
    expect("attention", "loss_att");
    if (numbers.contains("loss_att_reversed")) {
      expect("attention_reversed", "loss_att_reversed");
    }
  }

  std::unique_ptr<torch::optim::AdamW> optimiser() const {
    return std::make_unique<torch::optim::AdamW>(
        model_.network->parameters(),
        torch::optim::AdamWOptions(1e-3).betas({0.9, 0.98}).eps(1e-8).weight_decay(0.03));
  }

  std::string folder_;
  TemporaryFolder temporary_;
  TensorMap tensors_;
  json expected_;
  LoadedModel model_;
  Family family_;
  datasets::Batch batch_;
  LossOptions loss_;
};

/// Gradients of these are zero but for rounding: adding a constant to all keys changes no softmax,
/// and a batch norm takes it away again.
bool without_influence(const std::string& name) {
  return tests::ends_with(name, "linear_k.bias") || tests::ends_with(name, "depthwise_conv.bias");
}

TEST_P(PeersTrainingTest, EvaluationLosses) {
  model_.network->eval();
  expect_losses(loss(), expected_.at("eval_mode"), 1e-4);
}

TEST_P(PeersTrainingTest, LossesGradientsAndStatistics) {
  const Loss first = loss();
  expect_losses(first, expected_.at("train_mode"), 1e-4);
  first.total.backward();
  int64_t gradients = 0;
  double worst = 0;
  for (const auto& entry : model_.network->named_parameters()) {
    const std::string name = family_.theirs(entry.key());
    const auto stored = tensors_.find("grad/" + name);
    if (!without_influence(name)) {
      const double norm = expected_.at("grad_l2").at(name);
      EXPECT_NEAR(entry.value().grad().norm().item<double>(), norm, 1e-4 * norm + 1e-7) << name;
      ++gradients;
    }
    if (stored != tensors_.end() && !without_influence(name)) {
      tests::expect_close(entry.value().grad(), stored->second, 1e-4);
      worst = std::max(
          worst, ((entry.value().grad() - stored->second).abs().max() /
                  stored->second.abs().max()).item<double>());
    }
  }
  EXPECT_GT(gradients, 100);
  int64_t statistics = 0;
  for (const auto& entry : model_.network->named_buffers()) {
    const auto stored = tensors_.find("after_forward/" + family_.theirs(entry.key()));
    if (stored != tensors_.end()) {
      tests::expect_close(entry.value(), stored->second, 1e-4);
      ++statistics;
    }
  }
  EXPECT_GT(statistics, 0);
  std::printf("%s: greatest difference of a gradient %.1e\n", GetParam().fixture.c_str(), worst);
}

TEST_P(PeersTrainingTest, FivePlainSteps) {
  const auto steps = optimiser();
  for (const json& numbers : expected_.at("steps_plain").at("steps")) {
    steps->zero_grad();
    const Loss now = loss();
    expect_losses(now, numbers, 3e-3);
    now.total.backward();
    steps->step();
  }
  int64_t compared = 0;
  for (const auto& entry : model_.network->named_parameters()) {
    const std::string name = family_.theirs(entry.key());
    const auto stored = tensors_.find("after5/" + name);
    if (stored != tensors_.end() && !without_influence(name)) {
      tests::expect_close(entry.value(), stored->second, 5e-4);
      ++compared;
    }
  }
  EXPECT_GT(compared, 0);
}

TEST_P(PeersTrainingTest, FiveStepsOfTheRecipe) {
  loss_.by_batch_again = GetParam().by_batch_again;
  const auto steps = optimiser();
  const json& recipe = expected_.at("steps_recipe");
  const json& schedule = recipe.at("scheduler");
  const auto an_epoch = schedule.at("steps_per_epoch").get<int64_t>();
  int64_t number = 0;
  for (const json& numbers : recipe.at("steps")) {
    steps->zero_grad();
    const Loss now = loss();
    expect_losses(now, numbers, 3e-3);
    now.total.backward();
    const double norm = torch::nn::utils::clip_grad_norm_(
        model_.network->parameters(), GetParam().clip_norm);
    const double expected_norm = numbers.at("grad_norm_before_clip");
    EXPECT_NEAR(norm, expected_norm, 1e-2 * expected_norm);
    const double rate = warmup_cosine(
        number++, recipe.at("lr"), schedule.at("warmup_epochs").get<double>() * an_epoch,
        schedule.at("total_epochs").get<int64_t>() * an_epoch, 0, GetParam().late_schedule);
    EXPECT_NEAR(rate, numbers.at("lr").get<double>(), 1e-9);
    for (auto& group : steps->param_groups()) {
      static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    }
    steps->step();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Families,
    PeersTrainingTest,
    testing::Values(
        Case{"avsr_video", "model.pth", 10, false, true},
        Case{"avsr_audio", "epoch=3.ckpt", 10, false, true},
        Case{"cn23_video", "epoch=3.ckpt", 5, true, false},
        Case{"cn24_video", "model.pth", 5, true, false}),
    [](const auto& info) { return info.param.fixture; });

}  // namespace
}  // namespace sotto::experiments
