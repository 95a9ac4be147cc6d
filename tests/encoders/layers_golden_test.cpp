// Single layers against numbers of the published recognisers' own code: sine weights and inputs, so
// that no file is needed.
#include <gtest/gtest.h>

#include "decoding/transformer_decoder.h"
#include "encoders/conformer.h"
#include "encoders/positions.h"
#include "fusion/mlp.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

using tests::expect_near;
using tests::table;

at::Tensor input(int64_t T, int64_t D) {
  return tests::sines({1, T, D}, 0.7, 0.2);
}

template <class Module>
Module filled(Module module) {
  tests::fill(*module, tests::golden_weight);
  module->eval();
  return module;
}

at::Tensor frames(const at::Tensor& output) {
  return output.squeeze(0);
}

TEST(LayersGoldenTest, InputOfTheTable) {
  expect_near(
      frames(input(3, 4)),
      table(
          {{.1986693, .7833269, .9995736, .7457052},
           {.1411200, -.5298361, -.9516021, -.9258147},
           {-.4646022, .2151200, .7936679, .9989414}}),
      1e-7);
}

TEST(LayersGoldenTest, LayerNormOfTinyEpsilon) {
  auto norm = filled(layer_norm(4));
  EXPECT_EQ(norm->options.eps(), 1e-12);
  expect_near(
      frames(norm->forward(input(3, 4))),
      table(
          {{-.1185182, .0138062, .0526332, -.0618438},
           {.1499231, -.0116054, -.1401307, -.1514526},
           {-.1067994, -.0489598, .0171046, .0130832}}));
}

TEST(LayersGoldenTest, FeedForward) {
  auto layer = filled(FeedForward(4, 8, 0.1));
  expect_near(
      frames(layer->forward(input(3, 4))),
      table(
          {{-.8334655, .6659575, -.7652267, .6613063},
           {-.6778395, .4208001, -.4385999, .2639514},
           {-.7065736, .5404496, -.6452301, .5507672}}));
}

TEST(LayersGoldenTest, ConvolutionModule) {
  auto layer = filled(ConvolutionModule(4, 3));
  expect_near(
      frames(layer->forward(input(3, 4), Lengths::full(1, 3))),
      table(
          {{.1053737, .0593924, -.1435796, -.1893292},
           {.1308007, .1178104, -.1584129, -.2504373},
           {.0614684, -.0311159, -.1160874, -.0938355}}));
}

TEST(LayersGoldenTest, PlainAttention) {
  auto layer = filled(MultiHeadAttention(4, 2, 0.1));
  const at::Tensor x = input(3, 4);
  expect_near(
      frames(layer->forward(x, x)),
      table(
          {{-.4562846, -.0270661, .4938010, .0972610},
           {.1975182, .1588680, -.1262840, -.2011213},
           {-.3389465, .0166435, .3843893, .0337104}}));
  const at::Tensor mask = at::tensor({1, 1, 0}).view({1, 1, 3}).to(at::kBool);
  expect_near(
      frames(layer->forward(x, x, mask)),
      table(
          {{-.4966969, .0126475, .5414151, .0661820},
           {.3336352, .1986502, -.2551868, -.2642792},
           {-.2915154, .0807082, .3485759, -.0368488}}));
}

TEST(LayersGoldenTest, RelativeAttention) {
  auto layer = filled(SelfAttention(4, 2, 0.1));
  const at::Tensor positions = position_table(PositionScheme::kRelative, 3, 4, at::kFloat);
  expect_near(
      frames(layer->forward(input(3, 4), positions, {}, Lengths::full(1, 3))),
      table(
          {{-.4802932, .0227305, .5268398, .0534558},
           {.0888445, .5210415, .0480675, -.5316774},
           {-.3680091, .2796997, .4611554, -.2154249}}));
}

TEST(LayersGoldenTest, LegacyAttention) {
  auto layer = filled(SelfAttention(4, 2, 0.1, PositionScheme::kLegacy));
  const auto run = [&](const at::Tensor& positions) {
    return frames(layer->forward(input(3, 4), positions, {}, Lengths::full(1, 3)));
  };
  expect_near(
      run(position_table(PositionScheme::kLegacy, 3, 4, at::kFloat)),
      table(
          {{-.5036040, .0608489, .5570631, .0208182},
           {.0993449, .6102180, .0537386, -.6198254},
           {-.3878510, .2946274, .4837042, -.2262634}}));
  // Small positions, as from a table of no more rows than frames, are other numbers.
  expect_near(
      run(sinusoids(2, -1, 3, 4, at::kFloat)),
      table(
          {{-.5315424, .0662715, .5859849, .0206403},
           {.0648448, .4748216, .0636855, -.4826253},
           {-.3680091, .2796997, .4611554, -.2154249}}));
}

TEST(LayersGoldenTest, ConformerBlock) {
  ConformerOptions options;
  options.dim = 4;
  options.heads = 2;
  options.feed_forward = 8;
  options.kernel = 3;
  auto block = filled(ConformerBlock(options));
  const at::Tensor positions = position_table(PositionScheme::kRelative, 3, 4, at::kFloat);
  expect_near(
      frames(block->forward(input(3, 4) * 2, positions, {}, Lengths::full(1, 3))),
      table(
          {{-1.7766650, .8658055, .5325941, .7615180},
           {1.6529913, .5079631, -1.1789422, -.6304389},
           {-1.5882891, .1427318, .3942270, 1.4249948}}));
}

TEST(LayersGoldenTest, DecoderLayer) {
  decoding::TransformerDecoderOptions options;
  options.heads = 2;
  options.feed_forward = 8;
  auto layer = filled(decoding::TransformerDecoderLayer(options, 4));
  const at::Tensor causal = at::ones({1, 2, 2}, at::kBool).tril();
  expect_near(
      frames(layer->forward(input(2, 4), causal, input(3, 4), {})),
      table(
          {{.1615715, 1.0290352, .5178826, 1.0370917},
           {.0611094, -.5015763, -1.0827450, -.7352771}}));
}

TEST(LayersGoldenTest, MlpFusion) {
  fusion::MlpFusionOptions options;
  options.hidden = 6;
  auto layer = filled(std::make_shared<fusion::MlpFusionImpl>(options, 4, 4));
  const at::Tensor x = input(2, 8);
  expect_near(
      frames(layer->forward(x.narrow(2, 0, 4), x.narrow(2, 4, 4), {}, {})),
      table(
          {{1.0932692, -1.4208386, .3920501, .6572745},
           {.6451129, -1.0160557, .3507817, .3023895}}));
}

}  // namespace
}  // namespace sotto::encoders
