// A small language model against numbers of the published recognisers' own code: sine weights, so
// that no file is needed.
#include "decoding/transformer_lm.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

struct LmGolden {
  std::string positions;
  std::vector<double> log_probabilities;  // after [11, 3, 5]
  double loss;                            // of input 11 3 5 0, target 3 5 11 0: mean of three
};

class TransformerLmGoldenTest : public testing::TestWithParam<LmGolden> {
 protected:
  TransformerLmGoldenTest() {
    TransformerLmOptions options;
    options.embedding = 6;
    options.dim = 8;
    options.heads = 2;
    options.feed_forward = 16;
    options.layers = 2;
    options.positions = GetParam().positions;
    model_ = TransformerLm(options, 12);
    tests::fill(*model_, tests::golden_weight);
    model_->eval();
  }

  static at::Tensor tokens(const std::vector<int64_t>& row) {
    return at::tensor(row, at::kLong).unsqueeze(0);
  }

  TransformerLm model_{nullptr};
  const at::NoGradGuard no_grad_;
};

TEST_P(TransformerLmGoldenTest, LogProbabilities) {
  const at::Tensor forced = at::log_softmax(model_->forward(tokens({11, 3, 5})), -1)[0][2];
  tests::expect_near(forced, tests::table({GetParam().log_probabilities})[0], 1e-5);
}

TEST_P(TransformerLmGoldenTest, CachedSteps) {
  TransformerLmImpl::Cache cache;
  at::Tensor step;
  for (const int64_t token : {11, 3, 5}) {
    step = model_->step(cache, at::tensor({token}, at::kLong));
  }
  tests::expect_near(step, tests::table({GetParam().log_probabilities}), 1e-5);
}

TEST_P(TransformerLmGoldenTest, Loss) {
  const auto [sum, count] = lm_loss(
      model_->forward(tokens({11, 3, 5, 0})), tokens({11, 3, 5, 0}), tokens({3, 5, 11, 0}));
  EXPECT_EQ(count, 3);
  EXPECT_NEAR(sum.item<double>(), 3 * GetParam().loss, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(
    Positions,
    TransformerLmGoldenTest,
    testing::Values(
        LmGolden{
            "none",
            {-2.3393297,
             -2.4884186,
             -2.4765615,
             -2.4915392,
             -2.6080348,
             -2.4732072,
             -2.6916575,
             -2.4174702,
             -2.7072551,
             -2.3326676,
             -2.6640487,
             -2.2497833},
            2.3479431},
        LmGolden{
            "absolute",
            {-2.3676221,
             -2.4569097,
             -2.4357831,
             -2.5287962,
             -2.5010567,
             -2.5719209,
             -2.5299869,
             -2.5623136,
             -2.5095348,
             -2.5022953,
             -2.4536245,
             -2.4196167},
            2.3965635}),
    [](const auto& info) { return info.param.positions; });

}  // namespace
}  // namespace sotto::decoding
