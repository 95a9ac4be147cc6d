#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "common/kernels/packable.h"
#include "decoding/transformer_decoder.h"
#include "decoding/transformer_lm.h"
#include "encoders/conformer.h"
#include "encoders/e_branchformer.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"
#include "fusion/mlp.h"

// Networks that are packed say what they said before, at the base model's widths and at lengths that
// fill no block: 1, 2, 7 and 76 frames.

namespace sotto {
namespace {

constexpr int64_t kFrames[] = {1, 2, 7, 76};

/// Weights of the sizes that training gives, statistics that are not those of a new norm.
void fill(torch::nn::Module& network) {
  at::manual_seed(11);
  const at::NoGradGuard no_grad;
  for (const auto& entry : network.named_parameters()) {
    at::Tensor value = entry.value();
    if (value.dim() > 1) {
      value.normal_(0, 1 / std::sqrt(static_cast<double>(value[0].numel())));
    } else {
      value.uniform_(0.1, 0.5);
    }
  }
  for (const auto& entry : network.named_buffers()) {
    at::Tensor value = entry.value();
    if (value.is_floating_point()) {
      value.uniform_(0.5, 1.5);
    }
  }
  network.eval();
}

struct Tolerance {
  Precision precision;
  double relative;
};

std::vector<Tolerance> tolerances() {
  std::vector<Tolerance> all = {{Precision::kFloat32, 3e-5}};
  if (processor_has(Precision::kBfloat16)) {
    all.push_back({Precision::kBfloat16, 0.03});
  }
  if (processor_has(Precision::kInt8)) {
    all.push_back({Precision::kInt8, 0.06});
  }
  return all;
}

/// The outputs before and after packing. @param run  the network on one input a call
void compare(
    const std::function<std::shared_ptr<torch::nn::Module>()>& make,
    const std::function<at::Tensor(torch::nn::Module&, int64_t)>& run) {
  const at::NoGradGuard no_grad;
  const auto plain = make();
  fill(*plain);
  std::vector<at::Tensor> expected;
  for (const int64_t T : kFrames) {
    expected.push_back(run(*plain, T));
  }
  for (const Tolerance& tolerance : tolerances()) {
    const auto packed = make();
    fill(*packed);
    pack_for_inference(*packed, tolerance.precision);
    for (const size_t i : {0, 1, 2, 3, 2, 0, 3}) {  // longer ones after shorter, and the other way
      const at::Tensor got = run(*packed, kFrames[i]);
      ASSERT_EQ(got.sizes(), expected[i].sizes());
      const double difference = (got - expected[i]).norm().item<double>() /
                                std::max(1e-9, expected[i].norm().item<double>());
      EXPECT_LT(difference, tolerance.relative)
          << name_of(tolerance.precision) << ", " << kFrames[i] << " frames";
    }
  }
}

at::Tensor noise(at::IntArrayRef sizes) {
  at::manual_seed(static_cast<uint64_t>(c10::multiply_integers(sizes)));
  return at::randn(sizes);
}

TEST(PackedTest, Conformer) {
  encoders::ConformerOptions options;
  options.dim = 768;
  options.heads = 12;
  options.layers = 2;
  compare(
      [&] { return std::make_shared<encoders::ConformerImpl>(options); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<encoders::ConformerImpl>()->forward(
            noise({1, T, 768}), Lengths::full(1, T));
      });
}

TEST(PackedTest, ConformerOfUnshiftedPlacesAndTwoClips) {
  encoders::ConformerOptions options;
  options.dim = 128;
  options.heads = 4;
  options.layers = 1;
  for (const char* positions : {"relative", "relative_unshifted", "relative_legacy", "absolute"}) {
    options.positions = positions;
    compare(
        [&] { return std::make_shared<encoders::ConformerImpl>(options); },
        [](torch::nn::Module& network, int64_t T) {
          return network.as<encoders::ConformerImpl>()->forward(
              noise({2, T, 128}), Lengths::full(2, T));
        });
  }
}

TEST(PackedTest, LongClips) {
  encoders::ConformerOptions encoder;
  encoder.dim = 64;
  encoder.heads = 2;
  encoder.layers = 1;
  compare(
      [&] { return std::make_shared<encoders::ConformerImpl>(encoder); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<encoders::ConformerImpl>()->forward(
            noise({1, 8 * T, 64}), Lengths::full(1, 8 * T));
      });
  frontends::ResNetLipsOptions lips;
  lips.stem_channels = 16;
  lips.widths = {16, 32};
  compare(
      [&] { return std::make_shared<frontends::ResNetLipsImpl>(lips, 44); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<frontends::ResNetLipsImpl>()->forward(
            noise({2, 2 * T, 1, 44, 44}), Lengths::full(2, 2 * T));
      });
}

TEST(PackedTest, EBranchformer) {
  encoders::EBranchformerOptions options;
  options.dim = 128;
  options.heads = 4;
  options.layers = 1;
  compare(
      [&] { return std::make_shared<encoders::EBranchformerImpl>(options); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<encoders::EBranchformerImpl>()->forward(
            noise({1, T, 128}), Lengths::full(1, T));
      });
}

TEST(PackedTest, LipFrontEnd) {
  compare(
      [] { return std::make_shared<frontends::ResNetLipsImpl>(frontends::ResNetLipsOptions(), 88); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<frontends::ResNetLipsImpl>()->forward(
            noise({1, T, 1, 88, 88}), Lengths::full(1, T));
      });
}

TEST(PackedTest, LipFrontEndOfOtherMakings) {
  frontends::ResNetLipsOptions options;
  options.stem_channels = 24;
  options.widths = {24, 48};
  options.blocks = 1;
  options.share_3d = 0.5;
  options.activation = "prelu";
  options.stem_activation = "prelu";
  options.pooling = "flatten";
  compare(
      [&] { return std::make_shared<frontends::ResNetLipsImpl>(options, 44); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<frontends::ResNetLipsImpl>()->forward(
            noise({1, T, 1, 44, 44}), Lengths::full(1, T));
      });
}

TEST(PackedTest, WaveformFrontEnd) {
  compare(
      [] {
        return std::make_shared<frontends::ResNetWaveformImpl>(frontends::ResNetWaveformOptions());
      },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<frontends::ResNetWaveformImpl>()->forward(
            noise({1, 640 * T, 1}), Lengths::full(1, T));
      });
}

TEST(PackedTest, ClipsOfDifferentLengthsInOneBatch) {
  frontends::ResNetWaveformOptions small;
  small.stem_channels = 16;
  small.widths = {16, 16, 32, 32};
  compare(
      [&] { return std::make_shared<frontends::ResNetWaveformImpl>(small); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<frontends::ResNetWaveformImpl>()
            ->forward(noise({2, 640 * (T + 3), 1}), Lengths({T, T + 3}, T + 3))
            .narrow(1, 0, T);
      });
}

TEST(PackedTest, Fusion) {
  fusion::MlpFusionOptions options;
  options.gate = true;
  compare(
      [&] { return std::make_shared<fusion::MlpFusionImpl>(options, 768, 768); },
      [](torch::nn::Module& network, int64_t T) {
        return network.as<fusion::MlpFusionImpl>()->forward(
            noise({1, T, 768}), noise({1, T, 768}).flip(1), {}, Lengths::full(1, T));
      });
}

TEST(PackedTest, DecoderStepsOfABeam) {
  decoding::TransformerDecoderOptions options;
  options.layers = 1;
  compare(
      [&] { return std::make_shared<decoding::TransformerDecoderImpl>(options, 768, 5049); },
      [](torch::nn::Module& network, int64_t T) {
        auto& decoder = *network.as<decoding::TransformerDecoderImpl>();
        const auto memory = decoder.project(noise({1, T, 768}));
        decoding::TransformerDecoderImpl::Cache cache;
        decoder.step(memory, cache, at::tensor({5048}, at::kLong));
        cache.select(std::vector<int64_t>(40, 0));
        return decoder.step(memory, cache, at::arange(40, at::kLong));
      });
}

TEST(PackedTest, LanguageModelSteps) {
  for (const bool tied : {false, true}) {
    decoding::TransformerLmOptions options;
    options.layers = 1;
    options.embedding = 512;
    options.tie_weights = tied;
    compare(
        [&] { return std::make_shared<decoding::TransformerLmImpl>(options, 5049); },
        [](torch::nn::Module& network, int64_t T) {
          auto& model = *network.as<decoding::TransformerLmImpl>();
          decoding::TransformerLmImpl::Cache cache;
          model.step(cache, at::full({T}, 5048, at::kLong));
          return model.step(cache, at::arange(T, at::kLong));
        });
  }
}

}  // namespace
}  // namespace sotto
