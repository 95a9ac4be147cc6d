#include "decoding/search.h"

#include <cmath>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "decoding/transformer_decoder.h"

namespace sotto::decoding {
namespace {

constexpr int64_t kClasses = 9;

struct Clip {
  std::shared_ptr<TransformerDecoderImpl> decoder;
  SearchInput input;
};

Clip random_clip() {
  TransformerDecoderOptions options;
  options.heads = 2;
  options.layers = 1;
  options.feed_forward = 12;
  at::manual_seed(31);
  Clip clip;
  clip.decoder = std::make_shared<TransformerDecoderImpl>(options, 8, kClasses);
  clip.decoder->eval();
  clip.input = {at::randn({1, 12, 8}), (at::randn({12, kClasses}) * 2).log_softmax(1)};
  return clip;
}

TEST(SearchTest, GreedyIsTheBestPath) {
  SearchOptions options;
  options.method = "greedy";
  const at::Tensor emission =
      at::tensor(std::vector<double>{.1, .8, .1, .8, .1, .1, .1, .8, .1}).view({3, 3}).log();
  const auto found = search({at::Tensor(), emission}, {}, 3, options);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].tokens, (std::vector<int64_t>{2, 1, 1, 2}));
  EXPECT_NEAR(found[0].score, 3 * std::log(0.8), 1e-6);
  EXPECT_EQ(found[0].parts.at("ctc"), found[0].score);
}

TEST(SearchTest, EveryWeightOfCtcWorks) {
  at::NoGradGuard no_grad;
  const Clip clip = random_clip();
  for (const double weight : {0.0, 0.1, 0.5, 1.0}) {
    SearchOptions options;
    options.ctc_weight = weight;
    options.nbest = 3;
    options.length_bonus = 0.2;
    const auto found = search(clip.input, {clip.decoder, nullptr, nullptr}, kClasses, options);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].parts.count("decoder"), weight < 1 ? 1U : 0U);
    EXPECT_EQ(found[0].parts.count("ctc"), weight > 0 ? 1U : 0U);
    EXPECT_GE(found[0].score, found[1].score);
  }
}

TEST(SearchTest, RunsTwiceWithTheSameResult) {
  at::NoGradGuard no_grad;
  const Clip clip = random_clip();
  const SearchOptions options;
  const auto first = search(clip.input, {clip.decoder, nullptr, nullptr}, kClasses, options);
  const auto second = search(clip.input, {clip.decoder, nullptr, nullptr}, kClasses, options);
  EXPECT_EQ(first.at(0).tokens, second.at(0).tokens);
  EXPECT_EQ(first.at(0).score, second.at(0).score);
}

TEST(SearchTest, NamesTheMissingPart) {
  const at::Tensor emission = at::zeros({3, kClasses}).log_softmax(1);
  SearchOptions options;
  EXPECT_THROW(search({{}, emission}, {}, kClasses, options), ConfigError);
  options.ctc_weight = 1;
  options.lm_weight = 0.2;
  EXPECT_THROW(search({{}, emission}, {}, kClasses, options), ConfigError);
  options.method = "greedy";
  EXPECT_THROW(search({}, {}, kClasses, options), ConfigError);
  options.method = "rescoring";
  EXPECT_THROW(search({{}, emission}, {}, kClasses, options), ConfigError);
  options.reverse_weight = 0.3;
  const Clip clip = random_clip();
  EXPECT_THROW(search(clip.input, {clip.decoder, nullptr, nullptr}, kClasses, options), ConfigError);
}

TEST(SearchOptionsTest, AreReadFromYaml) {
  SearchOptions options;
  read_yaml("beam: 4\nctc_weight: 0.1\n", "recipe", {"nbest=2", "end_detect=false"}, options);
  EXPECT_EQ(options.beam, 4);
  EXPECT_EQ(options.nbest, 2);
  EXPECT_FALSE(options.end_detect);
  EXPECT_THROW(read_yaml("method: fast\n", "recipe", {}, options), ConfigError);
  EXPECT_THROW(read_yaml("ctc_weight: 1.5\n", "recipe", {}, options), ConfigError);
}

}  // namespace
}  // namespace sotto::decoding
