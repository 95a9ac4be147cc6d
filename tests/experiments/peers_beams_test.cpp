// Joint CTC/attention beam search against the n best lists of the published code.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "experiments/raw_input.h"
#include "experiments/recogniser.h"
#include "experiments/transcriber.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using decoding::Hypothesis;
using nlohmann::json;
using tests::Peer;

constexpr double kBeamTolerance = 1e-3;
/// Hypotheses that end where CTC forbids it carry penalties of about 1e9; float32 has no digits
/// left there.
constexpr double kForbidden = -1e8;
/// Neighbours in a list that are closer than our own error may stand the other way round.
constexpr double kOwnError = 1e-4;

std::vector<Hypothesis> of_fixture(const json& list) {
  std::vector<Hypothesis> hypotheses;
  for (const json& entry : list) {
    Hypothesis hypothesis;
    hypothesis.tokens = entry.at("tokens").get<std::vector<int64_t>>();
    hypothesis.score = entry.at("score").get<double>();
    hypothesis.parts = entry.at("parts").get<std::map<std::string, double>>();
    hypotheses.push_back(hypothesis);
  }
  return hypotheses;
}

void drop_forbidden(std::vector<Hypothesis>& hypotheses) {
  hypotheses.erase(
      std::remove_if(
          hypotheses.begin(),
          hypotheses.end(),
          [](const Hypothesis& hypothesis) { return hypothesis.score < kForbidden; }),
      hypotheses.end());
}

void sort_by_tokens(std::vector<Hypothesis>& hypotheses) {
  std::sort(hypotheses.begin(), hypotheses.end(), [](const Hypothesis& a, const Hypothesis& b) {
    return a.tokens < b.tokens;
  });
}

class PeersBeamsTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    if (!tests::is_here(GetParam())) {
      GTEST_SKIP() << "no fixtures";
    }
    model_ = read_model(tests::imported(GetParam()));
    beams_ = tests::read_json(GetParam().path("beam.json"));
  }

  /// One run of one clip against its list.
  void compare(const Encoded& encoded, const json& run) {
    decoding::SearchOptions options = model_.card.decode;
    options.beam = run.at("beam").get<int64_t>();
    options.ctc_weight = run.at("ctc_weight").get<double>();
    options.lm_weight = run.at("lm_weight").get<double>();
    options.length_bonus = run.at("penalty").get<double>();
    options.nbest = 1000;
    if (options.lm_weight > 0 && !language_model_) {
      language_model_ =
          load_language_model(tests::imported(tests::peer_named("vsrml_lm")), model_.card);
    }
    std::vector<Hypothesis> got =
        search_clips(*model_.network, encoded, options, language_model_).front();
    EXPECT_EQ(got.size(), run.at("ended").get<size_t>());
    std::vector<Hypothesis> expected = of_fixture(run.at("nbest"));
    got.resize(std::min(got.size(), expected.size()));
    drop_forbidden(got);
    drop_forbidden(expected);
    const json& gap = run.at("min_gap_top10");
    if (gap.is_number() && gap.get<double>() < kOwnError) {
      sort_by_tokens(got);
      sort_by_tokens(expected);
    }
    compare(got, expected);
    ++runs_;
  }

  void compare(const std::vector<Hypothesis>& got, const std::vector<Hypothesis>& expected) {
    ASSERT_EQ(got.size(), expected.size());
    const auto near = [this](double actual, double wanted) {
      EXPECT_NEAR(actual, wanted, kBeamTolerance);
      largest_ = std::max(largest_, std::abs(actual - wanted));
    };
    for (size_t n = 0; n < got.size(); ++n) {
      ASSERT_EQ(got[n].tokens, expected[n].tokens) << "hypothesis " << n;
      near(got[n].score, expected[n].score);
      for (const auto& [part, value] : expected[n].parts) {
        ASSERT_EQ(got[n].parts.count(part), 1U) << part;
        near(got[n].parts.at(part), value);
      }
    }
  }

  LoadedModel model_;
  json beams_;
  std::shared_ptr<const LanguageModel> language_model_;
  int64_t runs_ = 0;
  double largest_ = 0;
};

TEST_P(PeersBeamsTest, EveryRun) {
  const c10::InferenceMode inference;
  for (const RawClip& clip : read_raw_clips(GetParam().path(GetParam().outputs), model_)) {
    const Encoded encoded =
        encode_batch(*model_.network, clip.batch, Modality{clip.sound, clip.lips});
    for (const json& run : beams_.at(clip.name)) {
      SCOPED_TRACE(
          clip.name + ", beam " + run.at("beam").dump() + ", ctc " + run.at("ctc_weight").dump() +
          ", lm " + run.at("lm_weight").dump() + ", bonus " + run.at("penalty").dump());
      compare(encoded, run);
    }
  }
  EXPECT_GE(runs_, 32);
  std::cout << GetParam().name << ": " << runs_ << " runs, largest difference of a score "
            << largest_ << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Peers, PeersBeamsTest, testing::ValuesIn(tests::front_end_peers()), [](const auto& peer) {
      return peer.param.name;
    });

}  // namespace
}  // namespace sotto::experiments
