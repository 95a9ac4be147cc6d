// What holds for every encoder under every position scheme.
#include "encoders/encoder.h"
#include "tests/encoders/small_encoders.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

using tests::kSmallWidth;

class EncodersTest : public testing::TestWithParam<std::tuple<tests::SmallEncoder, std::string>> {
 protected:
  std::shared_ptr<BlockStack> make(const std::function<void(BlockStackOptions&)>& adjust) {
    auto encoder = std::get<0>(GetParam()).make([&](BlockStackOptions& options) {
      options.positions = std::get<1>(GetParam());
      adjust(options);
    });
    tests::fill(*encoder, tests::golden_weight);
    return encoder;
  }

  static at::Tensor input(int64_t B, int64_t T) {
    return tests::sines({B, T, kSmallWidth}, 0.7, 0.2);
  }
};

/// Training, but with batch norms that do not look at the batch.
void set_training_without_batch_norm(torch::nn::Module& module) {
  module.train();
  for (const auto& child : module.modules()) {
    if (auto* norm = dynamic_cast<BatchNorm*>(child.get())) {
      norm->eval();
    }
  }
}

TEST_P(EncodersTest, PaddingDoesNotChangeValidFrames) {
  const at::NoGradGuard no_grad;
  const auto encoder = make([](BlockStackOptions&) {});
  encoder->eval();
  const std::vector<int64_t> frames = {9, 4, 1};
  const at::Tensor x = input(3, 9);  // whatever stands in the padding must not matter
  const at::Tensor together = encoder->forward(x, Lengths(frames, 9));
  ASSERT_EQ(together.sizes(), x.sizes());
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t T = frames[static_cast<size_t>(b)];
    const at::Tensor alone =
        encoder->forward(x.narrow(0, b, 1).narrow(1, 0, T), Lengths::full(1, T));
    tests::expect_close(together[b].narrow(0, 0, T), alone[0], 3e-6);
  }
}

TEST_P(EncodersTest, RelaxedTrainingIgnoresPaddingToo) {
  const at::NoGradGuard no_grad;
  const auto encoder = make([](BlockStackOptions& options) {
    options.dropout = options.attention_dropout = 0;
    options.relaxed.gamma = 0.3;
  });
  set_training_without_batch_norm(*encoder);
  const at::Tensor x = input(2, 7);
  const at::Tensor together = encoder->forward(x, Lengths({7, 3}, 7));
  const at::Tensor alone = encoder->forward(x.narrow(0, 1, 1).narrow(1, 0, 3), Lengths::full(1, 3));
  tests::expect_close(together[1].narrow(0, 0, 3), alone[0], 3e-6);
  const auto plain = make([](BlockStackOptions&) {});
  plain->eval();
  EXPECT_FALSE(at::allclose(plain->forward(x, Lengths({7, 3}, 7))[0], together[0], 1e-3, 1e-3));
  encoder->eval();
  EXPECT_TRUE(plain->forward(x, Lengths({7, 3}, 7)).equal(encoder->forward(x, Lengths({7, 3}, 7))));
}

TEST_P(EncodersTest, OneFrame) {
  const at::NoGradGuard no_grad;
  const auto encoder = make([](BlockStackOptions&) {});
  encoder->eval();
  const at::Tensor out = encoder->forward(input(1, 1), Lengths::full(1, 1));
  ASSERT_EQ(out.sizes(), (std::vector<int64_t>{1, 1, kSmallWidth}));
  EXPECT_TRUE(out.isfinite().all().item<bool>());
}

TEST_P(EncodersTest, Gradients) {
  const auto encoder = make([](BlockStackOptions& options) {
    options.layers = 1;
    options.dropout = options.attention_dropout = 0;
    options.relaxed.gamma = 0.2;
  });
  encoder->to(at::kDouble);
  encoder->train();
  const at::Tensor x = input(2, 5).to(at::kDouble);
  const at::Tensor weights = tests::sines({2, 5, kSmallWidth}, 1.3, 0.5).to(at::kDouble);
  const Lengths lengths({5, 3}, 5);
  tests::expect_gradients(
      *encoder,
      [&] { return (lengths.zero_padding(encoder->forward(x, lengths), 1) * weights).sum(); },
      2);
}

INSTANTIATE_TEST_SUITE_P(
    Schemes,
    EncodersTest,
    testing::Combine(
        testing::ValuesIn(tests::small_encoders()), testing::ValuesIn(position_scheme_names())),
    [](const auto& info) { return std::get<0>(info.param).name + "_" + std::get<1>(info.param); });

}  // namespace
}  // namespace sotto::encoders
