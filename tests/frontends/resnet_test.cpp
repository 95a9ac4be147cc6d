#include "common/error.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"
#include "tests/frontends/batch.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::frontends {
namespace {

ResNetLipsOptions small_lips() {
  ResNetLipsOptions options;
  options.stem_channels = 4;
  options.widths = {4, 6};
  options.blocks = 1;
  return options;
}

ResNetWaveformOptions small_waveform() {
  ResNetWaveformOptions options;
  options.stem_channels = 4;
  options.widths = {4, 4, 6, 6};
  return options;
}

int64_t count(const std::vector<at::Tensor>& tensors) {
  int64_t sum = 0;
  for (const at::Tensor& tensor : tensors) {
    sum += tensor.numel();
  }
  return sum;
}

TEST(ResNetLipsTest, PaddingDoesNotChangeValidFrames) {
  at::manual_seed(7);
  ResNetLipsImpl frontend(small_lips(), 20);
  tests::fill(frontend, tests::golden_weight);
  tests::expect_batch_is_its_clips(frontend, at::randn({3, 7, 1, 20, 20}), {7, 4, 1}, 1, 2e-6);
}

TEST(ResNetLipsTest, FlattenKeepsThePositionsOfTheLastPicture) {
  ResNetLipsOptions options = small_lips();
  ResNetLipsImpl average(options, 20);
  options.pooling = "flatten";
  ResNetLipsImpl flatten(options, 20);
  EXPECT_EQ(average.output_dim(), 6);
  EXPECT_EQ(flatten.output_dim(), 6 * 3 * 3);  // 20 -> 10 -> 5 -> 3
  const at::NoGradGuard no_grad;
  tests::fill(average, tests::golden_weight);
  tests::fill(flatten, tests::golden_weight);
  average.eval();
  flatten.eval();
  const at::Tensor lips = at::randn({1, 2, 1, 20, 20});
  const at::Tensor kept = flatten.forward(lips, Lengths::full(1, 2));
  tests::expect_near(
      kept.view({1, 2, 6, 9}).mean(3), average.forward(lips, Lengths::full(1, 2)), 1e-5);
}

TEST(ResNetLipsTest, SaysWhatItExpected) {
  ResNetLipsOptions options = small_lips();
  options.pooling = "flatten";
  ResNetLipsImpl frontend(options, 20);
  EXPECT_THROW(frontend.forward(at::zeros({1, 2, 20, 20}), Lengths::full(1, 2)), c10::Error);
  EXPECT_THROW(frontend.forward(at::zeros({1, 2, 1, 40, 40}), Lengths::full(1, 2)), c10::Error);
  options.stem_kernel = {5, 5};
  EXPECT_THROW(options.validate(), ConfigError);
}

TEST(ResNetLipsTest, PublishedSize) {
  const ResNetLipsImpl frontend(ResNetLipsOptions(), 88);
  EXPECT_EQ(frontend.output_dim(), 512);
  EXPECT_EQ(count(frontend.parameters()), 11182784);
  EXPECT_EQ(frontend.named_parameters().size() + frontend.named_buffers().size(), 120U);
}

TEST(ResNetWaveformTest, PaddingDoesNotChangeValidFrames) {
  at::manual_seed(8);
  for (const std::string& activation : activation_names()) {
    ResNetWaveformOptions options = small_waveform();
    options.activation = activation;
    ResNetWaveformImpl frontend(options);
    tests::fill(frontend, tests::golden_weight);
    tests::expect_batch_is_its_clips(frontend, at::randn({3, 5 * 640, 1}), {3, 5, 1}, 640, 2e-6);
  }
}

TEST(ResNetWaveformTest, Gradients) {
  at::manual_seed(52);
  ResNetWaveformImpl frontend(small_waveform());
  frontend.to(at::kDouble);
  frontend.train();
  const Lengths lengths({2, 1}, 2);
  const at::Tensor wave = lengths.zero_padding(at::randn({2, 2 * 640, 1}, at::kDouble), 1, 640);
  const at::Tensor weights = at::randn({2, 2, frontend.output_dim()}, at::kDouble);
  tests::expect_gradients(frontend, [&] {
    return (lengths.zero_padding(frontend.forward(wave, lengths), 1) * weights).sum();
  });
}

/// Gradients of all weights for widths that no vector divides, by two threads.
at::Tensor gradients_of_odd_widths(at::ScalarType type) {
  ResNetLipsOptions options;
  options.stem_channels = 4;
  options.stem_kernel = {3, 5, 5};
  options.widths = {4, 6};
  options.blocks = 1;
  options.activation = "swish";
  ResNetLipsImpl frontend(options, {16, 1});
  tests::fill(frontend, tests::golden_weight);
  frontend.to(type);
  frontend.train();
  const Lengths lengths = Lengths::full(2, 20);
  const at::Tensor lips = tests::sines({2, 20, 1, 16, 16}, 0.7, 0.2).to(type);
  const at::Tensor y = frontend.forward(lips, lengths);
  y.backward(tests::sines({2, 20, frontend.output_dim()}, 1.3, 0.4).to(type));
  std::vector<at::Tensor> all;
  for (const at::Tensor& parameter : frontend.parameters()) {
    all.push_back(parameter.grad().flatten());
  }
  return at::cat(all);
}

TEST(ResNetLipsTest, GradientsOfOddWidthsInSinglePrecision) {
  const int threads = at::get_num_threads();
  at::set_num_threads(2);
  const at::Tensor exact = gradients_of_odd_widths(at::kDouble);
  const at::Tensor first = gradients_of_odd_widths(at::kFloat);
  tests::expect_close(first, exact, 1e-5);
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(gradients_of_odd_widths(at::kFloat).equal(first));
  }
  at::set_num_threads(threads);
}

TEST(ResNetWaveformTest, SamplesPastTheLastFrameAreDropped) {
  const at::NoGradGuard no_grad;
  ResNetWaveformImpl frontend(small_waveform());
  frontend.eval();
  const at::Tensor wave = at::randn({1, 3 * 640 + 639, 1});
  const Lengths lengths = Lengths::full(1, 3);
  tests::expect_near(
      frontend.forward(wave, lengths), frontend.forward(wave.narrow(1, 0, 3 * 640), lengths), 0);
  EXPECT_THROW(frontend.forward(at::zeros({1, 639, 1}), Lengths::full(1, 1)), c10::Error);
}

TEST(ResNetWaveformTest, PublishedSize) {
  const ResNetWaveformImpl frontend{ResNetWaveformOptions()};
  EXPECT_EQ(count(frontend.parameters()), 3848576);
  EXPECT_EQ(frontend.named_parameters().size() + frontend.named_buffers().size(), 120U);
  ResNetWaveformOptions three;
  three.widths = {64, 128, 256};
  EXPECT_THROW(three.validate(), ConfigError);
}

TEST(LipsRegistryTest, NamesEveryFrontend) {
  EXPECT_EQ(lips_frontend_registry().names(), (std::vector<std::string>{"features", "resnet3d"}));
  EXPECT_EQ(
      sound_frontend_registry().names(),
      (std::vector<std::string>{"features", "log_mel", "resnet1d"}));
}

}  // namespace
}  // namespace sotto::frontends
