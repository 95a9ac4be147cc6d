#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "decoding/beam_search.h"
#include "decoding/length_bonus_scorer.h"
#include "tests/decoding/small_search.h"
#include "tests/decoding/table_scorer.h"

// Searches over several clips at once, and searches that stop early or divide by length.

namespace sotto::decoding {
namespace {

using Tokens = std::vector<int64_t>;

TEST(SearchOfManyTest, ClipsSearchedTogetherGetWhatTheyGetAlone) {
  at::manual_seed(17);
  SearchOptions options;
  options.beam = 4;
  options.nbest = 4;
  options.ctc_weight = 0.3;
  std::vector<SearchInput> clips;
  for (const int64_t T : {7, 2, 0, 11, 5}) {
    clips.push_back({at::Tensor(), random_emission(T, 9)});
  }
  const BeamSearch search(options, 9, decoder_of(std::make_shared<TableScorer>(9, 4), 0.3));
  const auto together = search.search(clips);
  ASSERT_EQ(together.size(), clips.size());
  for (size_t c = 0; c < clips.size(); ++c) {
    const auto alone = search.search(clips[c]);
    ASSERT_EQ(together[c].size(), alone.size());
    for (size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(together[c][i].tokens, alone[i].tokens);
      EXPECT_EQ(together[c][i].score, alone[i].score);
    }
  }
  EXPECT_TRUE(together[2].empty());
}

TEST(SearchOfManyTest, StoppingEarlyLosesNothing) {
  at::manual_seed(18);
  for (uint32_t seed = 0; seed < 20; ++seed) {
    for (const double bonus : {0.0, 0.4}) {
      SearchOptions options;
      options.beam = 6;
      options.nbest = 1 + seed % 3;
      options.ctc_weight = 0.3;
      options.end_detect = false;
      const at::Tensor emission = random_emission(12, 9);
      std::vector<WeightedScorer> scorers = decoder_of(std::make_shared<TableScorer>(9, seed), 0.3);
      scorers.push_back({"length_bonus", bonus, std::make_shared<LengthBonusScorer>(9)});
      const auto early = BeamSearch(options, 9, scorers).search({at::Tensor(), emission});
      options.early_stop = false;
      const auto late = BeamSearch(options, 9, scorers).search({at::Tensor(), emission});
      ASSERT_EQ(early.size(), late.size());
      for (size_t i = 0; i < late.size(); ++i) {
        EXPECT_EQ(early[i].tokens, late[i].tokens);
        EXPECT_EQ(early[i].score, late[i].score);
      }
    }
  }
}

TEST(SearchOfManyTest, StoppingEarlySavesSteps) {
  class Counting : public TableScorer {
   public:
    Counting() : TableScorer(9, 2) {}
    at::Tensor score(const Prefixes& prefixes) override {
      ++steps;
      return TableScorer::score(prefixes);
    }
    int64_t steps = 0;
  };
  SearchOptions options;
  options.beam = 3;
  options.ctc_weight = 0;
  options.end_detect = false;
  const auto steps = [&](bool early) {
    options.early_stop = early;
    const auto scorer = std::make_shared<Counting>();
    BeamSearch(options, 9, decoder_of(scorer, 0)).search({at::zeros({1, 40, 2}), at::Tensor()});
    return scorer->steps;
  };
  EXPECT_LT(steps(true), steps(false));
}

TEST(SearchOfManyTest, LengthNormalisationDividesByTokens) {
  SearchOptions options;
  options.beam = 5;
  options.nbest = 50;
  options.ctc_weight = 0;
  const auto search = [&](double power) {
    options.length_norm = power;
    return BeamSearch(options, 6, decoder_of(std::make_shared<TableScorer>(6, 3), 0))
        .search({at::zeros({1, 6, 2}), at::Tensor()});
  };
  std::map<Tokens, double> plain;
  options.early_stop = false;
  for (const Hypothesis& one : search(0)) {
    plain[one.tokens] = one.score;
  }
  const auto normalised = search(0.5);
  ASSERT_EQ(normalised.size(), plain.size());
  double previous = 0;
  for (size_t i = 0; i < normalised.size(); ++i) {
    const auto scored = static_cast<double>(normalised[i].tokens.size() - 1);
    EXPECT_NEAR(normalised[i].score, plain.at(normalised[i].tokens) / std::sqrt(scored), 1e-6);
    EXPECT_TRUE(i == 0 || normalised[i].score <= previous);
    previous = normalised[i].score;
  }
}

}  // namespace
}  // namespace sotto::decoding
