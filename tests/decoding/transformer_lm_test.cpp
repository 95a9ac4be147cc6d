#include "decoding/transformer_lm.h"

#include <algorithm>

#include "common/error.h"
#include "common/stages.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

constexpr int64_t kTokens = 9;

TransformerLmOptions small_lm_options(const std::string& positions, bool tied) {
  TransformerLmOptions options;
  options.embedding = tied ? 8 : 6;
  options.dim = 8;
  options.heads = 2;
  options.feed_forward = 12;
  options.layers = 2;
  options.positions = positions;
  options.tie_weights = tied;
  return options;
}

class TransformerLmTest : public testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  TransformerLmTest() {
    tests::fill(*model_, tests::golden_weight);
    model_->eval();
  }

  at::Tensor log_probabilities(const std::vector<int64_t>& tokens) {
    return at::log_softmax(model_->forward(at::tensor(tokens, at::kLong).unsqueeze(0)), -1)[0];
  }

  TransformerLm model_{small_lm_options(std::get<0>(GetParam()), std::get<1>(GetParam())), kTokens};
};

TEST_P(TransformerLmTest, StepsEqualTeacherForcing) {
  const at::NoGradGuard no_grad;
  const std::vector<int64_t> tokens = {8, 3, 1, 4, 4, 2};
  const at::Tensor forced = log_probabilities(tokens);
  TransformerLmImpl::Cache cache;
  for (size_t u = 0; u < tokens.size(); ++u) {
    const at::Tensor step = model_->step(cache, at::tensor({tokens[u]}, at::kLong));
    tests::expect_near(step[0], forced[static_cast<int64_t>(u)], 2e-6);
  }
  EXPECT_EQ(cache.length(), 6);
}

TEST_P(TransformerLmTest, ACacheFollowsItsPrefixes) {
  const at::NoGradGuard no_grad;
  TransformerLmImpl::Cache cache;
  model_->step(cache, at::tensor({8}, at::kLong));
  cache.select({0, 0, 0});
  model_->step(cache, at::tensor({1, 2, 3}, at::kLong));
  cache.select({2, 0, 2});
  const at::Tensor step = model_->step(cache, at::tensor({4, 5, 6}, at::kLong));
  const std::vector<std::vector<int64_t>> prefixes = {{8, 3, 4}, {8, 1, 5}, {8, 3, 6}};
  for (size_t i = 0; i < prefixes.size(); ++i) {
    tests::expect_near(step[static_cast<int64_t>(i)], log_probabilities(prefixes[i])[2], 2e-6);
  }
}

TEST_P(TransformerLmTest, TheFutureIsHidden) {
  const at::NoGradGuard no_grad;
  const at::Tensor one = log_probabilities({8, 3, 1, 4});
  const at::Tensor other = log_probabilities({8, 3, 7, 2});
  tests::expect_near(one.narrow(0, 0, 2), other.narrow(0, 0, 2), 1e-6);
  EXPECT_FALSE(at::allclose(one[2], other[2], 1e-3, 1e-3));
}

TEST_P(TransformerLmTest, PaddingDoesNotCount) {
  const at::NoGradGuard no_grad;
  const at::Tensor tokens = at::tensor({8, 3, 1, 2, 8, 5, 0, 0}, at::kLong).view({2, 4});
  const at::Tensor next = at::tensor({3, 1, 2, 8, 5, 8, 0, 0}, at::kLong).view({2, 4});
  const at::Tensor together = at::log_softmax(model_->forward(tokens), -1);
  tests::expect_near(together[1].narrow(0, 0, 2), log_probabilities({8, 5}), 2e-6);
  const auto loss_of = [&](const at::Tensor& read, const at::Tensor& expected) {
    return lm_loss(model_->forward(read), read, expected);
  };
  const auto [sum, count] = loss_of(tokens, next);
  const auto first = loss_of(tokens.narrow(0, 0, 1), next.narrow(0, 0, 1));
  const auto second =
      loss_of(tokens.narrow(0, 1, 1).narrow(1, 0, 2), next.narrow(0, 1, 1).narrow(1, 0, 2));
  EXPECT_EQ(count, 6);
  EXPECT_EQ(first.second + second.second, 6);
  EXPECT_NEAR(sum.item<double>(), first.first.item<double>() + second.first.item<double>(), 1e-5);
}

TEST_P(TransformerLmTest, PaddingAmongTokensIsSeenByNone) {
  const at::NoGradGuard no_grad;
  const auto after_padding = [&] {  // but for token 0's own logit, which tied weights change
    return model_->forward(at::tensor({8, 0, 3}, at::kLong).unsqueeze(0))[0][2].narrow(0, 1, 8);
  };
  const at::Tensor before = after_padding();
  model_->embed->weight[0].mul_(-3);
  tests::expect_near(after_padding(), before, 0);
}

TEST_P(TransformerLmTest, ParameterNames) {
  const bool tied = std::get<1>(GetParam());
  std::vector<std::string> outside;
  for (const auto& parameter : model_->named_parameters()) {
    if (parameter.key().rfind("encoder.encoders.", 0) != 0) {
      outside.push_back(parameter.key());
    }
  }
  std::vector<std::string> expected = {
      "decoder.bias",
      "embed.weight",
      "encoder.after_norm.bias",
      "encoder.after_norm.weight",
      "encoder.embed.0.bias",
      "encoder.embed.0.weight",
      "encoder.embed.1.bias",
      "encoder.embed.1.weight"};
  if (!tied) {
    expected.insert(expected.begin() + 1, "decoder.weight");
  }
  std::sort(outside.begin(), outside.end());
  EXPECT_EQ(outside, expected);
  EXPECT_TRUE(model_->named_buffers().is_empty());
  EXPECT_EQ(model_->vocabulary_size(), kTokens);
}

TEST_P(TransformerLmTest, StageNames) {
  const StageRecorder recorder;
  const at::Tensor logits = model_->forward(at::tensor({8, 3}, at::kLong).unsqueeze(0));
  std::vector<std::string> names;
  for (const auto& stage : recorder.stages()) {
    names.push_back(stage.first);
  }
  EXPECT_EQ(
      names,
      (std::vector<std::string>{
          "embed",
          "encoder.embed.x",
          "encoder.encoders.0",
          "encoder.encoders.1",
          "encoder.out",
          "decoder"}));
  EXPECT_TRUE(recorder.stages().back().second.equal(logits));
}

TEST_P(TransformerLmTest, Gradients) {
  TransformerLmOptions options = small_lm_options(std::get<0>(GetParam()), std::get<1>(GetParam()));
  options.layers = 1;
  options.dropout = 0;
  TransformerLm model(options, kTokens);
  tests::fill(*model, tests::golden_weight);
  model->to(at::kDouble);
  const at::Tensor tokens = at::tensor({8, 3, 1, 8, 5, 0}, at::kLong).view({2, 3});
  const at::Tensor next = at::tensor({3, 1, 8, 5, 8, 0}, at::kLong).view({2, 3});
  tests::expect_gradients(
      *model, [&] { return lm_loss(model->forward(tokens), tokens, next).first; }, 4);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    TransformerLmTest,
    testing::Combine(testing::Values("none", "absolute"), testing::Bool()),
    [](const auto& info) {
      return std::get<0>(info.param) + (std::get<1>(info.param) ? "_tied" : "");
    });

TEST(TransformerLmOptionsTest, RefusesWhatCannotWork) {
  TransformerLmOptions options = small_lm_options("none", true);
  options.embedding = 6;
  EXPECT_THROW(options.validate(), ConfigError);
  options = small_lm_options("none", false);
  options.heads = 3;
  EXPECT_THROW(options.validate(), ConfigError);
}

}  // namespace
}  // namespace sotto::decoding
