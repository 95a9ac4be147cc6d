#include "common/autocast.h"

#include "common/error.h"
#include "common/processor.h"
#include "decoding/transformer_decoder.h"
#include "decoding/transformer_lm.h"
#include "frontends/log_mel.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"
#include "fusion/mlp.h"
#include "tests/encoders/small_encoders.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

using Forward = std::function<at::Tensor()>;

struct Step {
  at::Tensor output;
  at::Tensor gradient;  ///< all parameters', one behind the other
};

Step step(torch::nn::Module& network, StepPrecision precision, const Forward& forward) {
  network.train();
  network.zero_grad();
  at::manual_seed(11);
  at::Tensor y;
  {
    const AutocastScope scope(at::kCPU, precision);
    y = forward();
  }
  as_float(y).backward(at::sin(at::arange(y.numel(), at::kFloat)).view(y.sizes()));
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameters()) {
    EXPECT_EQ(parameter.scalar_type(), at::kFloat);
    if (parameter.grad().defined()) {
      EXPECT_EQ(parameter.grad().scalar_type(), at::kFloat);
      gradients.push_back(parameter.grad().flatten());
    }
  }
  return {as_float(y.detach()), at::cat(gradients)};
}

double relative(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

/// bfloat16 has 8 significant bits, an error of 2^-9 = 0.2 % at each rounding; through a few layers
/// of products, 3 % of the norm and 8 % of gradients leave no room for a part that loses its
/// precision.
/// @param keeps_sums  false: sums are rounded as well, so that only types are looked at
void expect_close_to_float(
    torch::nn::Module& network,
    const Forward& forward,
    double loss = 0.03,
    double gradient = 0.08,
    bool keeps_sums = true) {
  const Step exact = step(network, StepPrecision::kFloat32, forward);
  const Step rounded = step(network, StepPrecision::kBfloat16, forward);
  if (keeps_sums) {
    EXPECT_LT(relative(rounded.output, exact.output), loss);
    EXPECT_LT(relative(rounded.gradient, exact.gradient), gradient);
  }
  EXPECT_FALSE(rounded.output.equal(exact.output));
}

class AutocastEncodersTest : public testing::TestWithParam<tests::SmallEncoder> {};

TEST_P(AutocastEncodersTest, StayCloseToFloat) {
  const auto encoder = GetParam().make([](encoders::BlockStackOptions& options) {
    options.dropout = 0.1;
    options.relaxed.gamma = 0.2;
  });
  const at::Tensor x = tests::sines({2, 9, tests::kSmallWidth}, 0.7, 0.2);
  expect_close_to_float(*encoder, [&] { return encoder->forward(x, Lengths({9, 5}, 9)); });
}

INSTANTIATE_TEST_SUITE_P(
    Encoders,
    AutocastEncodersTest,
    testing::ValuesIn(tests::small_encoders()),
    [](const auto& info) { return info.param.name; });

/// oneDNN convolves in bfloat16 where there is AVX-512; LibTorch itself, elsewhere, rounds what it adds
/// up, and training refuses bfloat16 there.
bool convolutions_keep_sums() { return processor_has_v4(); }

TEST(AutocastTest, LipFrontEnds) {
  for (const char* activation : {"swish", "relu", "prelu"}) {
    for (const double share_3d : {0.0, 0.5}) {
      at::manual_seed(2);
      frontends::ResNetLipsOptions options;
      options.stem_channels = 16;
      options.stem_kernel = {3, 5, 5};
      options.widths = {16, 24};
      options.activation = activation;
      options.share_3d = share_3d;
      frontends::ResNetLipsImpl front(options, {24, 1});
      const at::Tensor lips = at::randn({2, 6, 1, 24, 24});
      // Kinks of few pictures: a rounded sum on the other side of 0 takes its whole gradient along.
      expect_close_to_float(
          front, [&] { return front.forward(lips, Lengths({6, 4}, 6)); }, 0.03, 0.25,
          convolutions_keep_sums());
    }
  }
}

TEST(AutocastTest, SoundFrontEnds) {
  at::manual_seed(3);
  const at::Tensor wave = at::randn({2, 4 * 640, 1});
  frontends::ResNetWaveformOptions waveform;
  waveform.stem_channels = 4;
  waveform.widths = {4, 4, 4, 4};
  waveform.blocks = 1;
  frontends::ResNetWaveformImpl first(waveform);
  const bool keeps_sums = convolutions_keep_sums();
  expect_close_to_float(
      first, [&] { return first.forward(wave, Lengths({4, 2}, 4)); }, 0.03, 0.08, keeps_sums);
  frontends::LogMelOptions log_mel;
  log_mel.bands = 16;
  log_mel.channels = {4, 4};
  frontends::LogMelImpl second(log_mel);
  expect_close_to_float(
      second, [&] { return second.forward(wave, Lengths({4, 2}, 4)); }, 0.03, 0.08, keeps_sums);
}

TEST(AutocastTest, Fusion) {
  const at::Tensor video = tests::sines({2, 5, 8}, 0.3, 0.1);
  const at::Tensor audio = tests::sines({2, 5, 8}, 0.2, 0.4);
  for (const char* norm : {"batchnorm", "layernorm"}) {
    fusion::MlpFusionOptions options;
    options.hidden = 16;
    options.norm = norm;
    options.gate = true;
    fusion::MlpFusionImpl fusion(options, 8, 8);
    expect_close_to_float(fusion, [&] {
      return fusion.forward(video, audio, at::ones({2, 2}), Lengths({5, 3}, 5));
    });
  }
}

TEST(AutocastTest, Decoder) {
  decoding::TransformerDecoderOptions options(2);
  options.heads = 2;
  options.feed_forward = 12;
  options.relaxed.gamma = 0.2;
  decoding::TransformerDecoder decoder(options, 8, 11);
  const at::Tensor memory = tests::sines({2, 5, 8}, 0.3, 0.1);
  const at::Tensor tokens = at::tensor({10, 3, 4, 10, 7, 1}, at::kLong).view({2, 3});
  expect_close_to_float(*decoder, [&] {
    return decoder->forward(memory, Lengths({5, 3}, 5).valid_mask(at::kCPU), tokens);
  });
}

TEST(AutocastTest, SpectraAndLossesStayFloat) {
  const frontends::LogMelImpl frontend{frontends::LogMelOptions()};
  const at::Tensor wave = tests::sines({1, 4 * 640}, 0.3, 0.1);
  const at::Tensor logits = tests::sines({1, 4, 7}, 0.4, 0.2);
  const at::Tensor tokens = at::tensor({6, 3, 4, 1}, at::kLong).view({1, 4});
  const auto mel = [&] { return frontend.log_mel(wave, Lengths::full(1, 4)); };
  const auto loss = [&](const at::Tensor& x) {
    return decoding::lm_loss(x, tokens, at::roll(tokens, -1, 1)).first;
  };
  const at::Tensor exact_mel = mel();
  const at::Tensor rounded = logits.to(at::kBFloat16);
  const at::Tensor exact_loss = loss(rounded.to(at::kFloat));
  const AutocastScope scope(at::kCPU, StepPrecision::kBfloat16);
  EXPECT_TRUE(mel().equal(exact_mel));
  EXPECT_TRUE(loss(rounded).equal(exact_loss));
}

TEST(AutocastTest, ScopesEndAndForgetWhatWasCast) {
  const at::Tensor weight = at::ones({4, 4}).requires_grad_();
  const at::Tensor x = at::ones({1, 4});
  const auto product = [&] {
    const AutocastScope scope(at::kCPU, StepPrecision::kBfloat16);
    return at::matmul(x, weight);
  };
  EXPECT_EQ(product().scalar_type(), at::kBFloat16);
  EXPECT_EQ(at::matmul(x, weight).scalar_type(), at::kFloat);
  {
    const at::NoGradGuard no_grad;
    weight.mul_(2);  // as an optimiser does
  }
  EXPECT_EQ(product()[0][0].item<float>(), 8.0F);
  {
    const AutocastScope outer(at::kCPU, StepPrecision::kBfloat16);
    const AutocastScope inner(at::kCPU, StepPrecision::kFloat32);
    EXPECT_EQ(at::matmul(x, weight).scalar_type(), at::kFloat);
  }
  EXPECT_FALSE(current_autocast().host);
}

TEST(AutocastTest, Names) {
  EXPECT_EQ(step_precision_of("fp32", at::kCPU), StepPrecision::kFloat32);
  EXPECT_EQ(step_precision_of("fp16", c10::Device(at::kCUDA, 0)), StepPrecision::kFloat16);
  EXPECT_EQ(name_of(StepPrecision::kBfloat16), "bf16");
  EXPECT_THROW(step_precision_of("fp16", at::kCPU), ConfigError);
  EXPECT_THROW(step_precision_of("fp8", at::kCPU), ConfigError);
}

}  // namespace
}  // namespace sotto
