#include "decoding/decoder_scorer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "decoding/transformer_decoder.h"

namespace sotto::decoding {
namespace {

std::shared_ptr<TransformerDecoderImpl> small_decoder() {
  TransformerDecoderOptions options;
  options.heads = 2;
  options.layers = 2;
  options.feed_forward = 12;
  at::manual_seed(21);
  auto decoder = std::make_shared<TransformerDecoderImpl>(options, 8, 7);
  decoder->eval();
  return decoder;
}

/// What teacher forcing says after the last token of each prefix.
at::Tensor forced(
    TransformerDecoderImpl& decoder, const at::Tensor& memory, const Prefixes& prefixes) {
  std::vector<at::Tensor> rows;
  for (const auto& prefix : prefixes) {
    const at::Tensor tokens = at::tensor(prefix, at::kLong).unsqueeze(0);
    rows.push_back(
        decoder.forward(memory, at::Tensor(), tokens).log_softmax(2)[0][prefix.size() - 1]);
  }
  return at::stack(rows);
}

TEST(DecoderScorerTest, CachedStepsEqualTeacherForcing) {
  at::NoGradGuard no_grad;
  const auto decoder = small_decoder();
  const at::Tensor memory = at::randn({1, 5, 8});
  DecoderScorer scorer(decoder);
  for (int clip = 0; clip < 2; ++clip) {  // a second clip starts afresh
    scorer.start({{memory, at::Tensor()}});
    Prefixes prefixes = {{6}};
    EXPECT_TRUE(
        at::allclose(scorer.score(prefixes), forced(*decoder, memory, prefixes), 1e-4, 1e-5));
    scorer.select({0, 0, 0}, {1, 2, 3});
    prefixes = {{6, 1}, {6, 2}, {6, 3}};
    EXPECT_TRUE(
        at::allclose(scorer.score(prefixes), forced(*decoder, memory, prefixes), 1e-4, 1e-5));
    scorer.select({2, 2, 0}, {4, 0, 5});
    prefixes = {{6, 3, 4}, {6, 3, 0}, {6, 1, 5}};
    EXPECT_TRUE(
        at::allclose(scorer.score(prefixes), forced(*decoder, memory, prefixes), 1e-4, 1e-5));
  }
}

TEST(DecoderScorerTest, RefusesBatchesOfClips) {
  DecoderScorer scorer(small_decoder());
  EXPECT_THROW(scorer.start({{at::zeros({2, 5, 8}), at::Tensor()}}), c10::Error);
  EXPECT_THROW(scorer.start({}), c10::Error);
}

}  // namespace
}  // namespace sotto::decoding
