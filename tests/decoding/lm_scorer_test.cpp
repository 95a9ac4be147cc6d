#include "decoding/lm_scorer.h"

#include "decoding/transformer_lm.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

std::shared_ptr<TransformerLmImpl> scored_lm() {
  TransformerLmOptions options;
  options.embedding = 6;
  options.dim = 8;
  options.heads = 2;
  options.feed_forward = 12;
  options.layers = 2;
  options.positions = "absolute";
  auto model = std::make_shared<TransformerLmImpl>(options, 7);
  tests::fill(*model, tests::golden_weight);
  model->eval();
  return model;
}

/// What teacher forcing says after the last token of each prefix.
at::Tensor forced_scores(TransformerLmImpl& model, const Prefixes& prefixes) {
  std::vector<at::Tensor> rows;
  for (const auto& prefix : prefixes) {
    const at::Tensor logits = model.forward(at::tensor(prefix, at::kLong).unsqueeze(0));
    rows.push_back(at::log_softmax(logits, -1)[0][-1]);
  }
  return at::stack(rows);
}

TEST(LmScorerTest, CachedStepsEqualTeacherForcing) {
  const at::NoGradGuard no_grad;
  const auto model = scored_lm();
  LmScorer scorer(model);
  for (int clip = 0; clip < 2; ++clip) {  // a second clip starts afresh
    scorer.start({{}});
    Prefixes prefixes = {{6}};
    tests::expect_near(scorer.score(prefixes), forced_scores(*model, prefixes), 2e-6);
    scorer.select({0, 0, 0}, {1, 2, 3});
    prefixes = {{6, 1}, {6, 2}, {6, 3}};
    tests::expect_near(scorer.score(prefixes), forced_scores(*model, prefixes), 2e-6);
    scorer.select({2, 0}, {4, 5});  // the beam has become narrower
    prefixes = {{6, 3, 4}, {6, 1, 5}};
    tests::expect_near(scorer.score(prefixes), forced_scores(*model, prefixes), 2e-6);
  }
}

}  // namespace
}  // namespace sotto::decoding
