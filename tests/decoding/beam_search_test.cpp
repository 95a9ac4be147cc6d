#include "decoding/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "common/error.h"
#include "decoding/length_bonus_scorer.h"
#include "tests/decoding/all_paths.h"
#include "tests/decoding/small_search.h"
#include "tests/decoding/table_scorer.h"

namespace sotto::decoding {
namespace {

using Tokens = std::vector<int64_t>;

/// Every transcript that a search of `limit` steps can end with, and its score by definition.
class Exhaustive {
 public:
  Exhaustive(const at::Tensor& emission, const TableScorer& decoder, double ctc, int64_t limit)
      : V_(emission.size(1)),
        sums_(tests::sums_of_all_paths(emission, V_ - 1)),
        decoder_(decoder),
        ctc_(ctc),
        limit_(limit) {
    Tokens prefix = {V_ - 1};
    extend(prefix, 0.0);
  }

  const std::map<Tokens, double>& scores() const { return scores_; }

 private:
  double ctc_score(const Tokens& tokens, bool whole) const {
    const Tokens labels(tokens.begin() + 1, tokens.end());
    double p = 0;
    for (const auto& [sequence, probability] : sums_) {
      const bool matches = whole ? sequence == labels
                                 : sequence.size() >= labels.size() &&
                                       std::equal(labels.begin(), labels.end(), sequence.begin());
      p += matches ? probability : 0.0;
    }
    return std::log(p);
  }

  void add(Tokens tokens, double decoder_sum, double ctc_score) {
    tokens.push_back(V_ - 1);
    const double score =
        (ctc_ < 1 ? (1 - ctc_) * decoder_sum : 0.0) + (ctc_ > 0 ? ctc_ * ctc_score : 0.0);
    if (std::isfinite(score)) {
      scores_[tokens] = score;
    }
  }

  void extend(Tokens& prefix, double decoder_sum) {
    const auto steps = static_cast<int64_t>(prefix.size()) - 1;
    if (steps == limit_) {  // eos is appended without a score
      add(prefix, decoder_sum, ctc_score(prefix, false));
      return;
    }
    const at::Tensor row = decoder_.row(prefix);
    const auto log_probability = row.accessor<float, 1>();
    Tokens ended = prefix;
    if (steps + 1 == limit_) {
      ended.push_back(V_ - 1);  // the doubled eos at the limit
    }
    add(ended, decoder_sum + log_probability[V_ - 1], ctc_score(prefix, true));
    for (int64_t k = ctc_ > 0 ? 1 : 0; k < V_ - 1; ++k) {
      prefix.push_back(k);
      extend(prefix, decoder_sum + log_probability[k]);
      prefix.pop_back();
    }
  }

  int64_t V_;
  std::map<Tokens, double> sums_;
  const TableScorer& decoder_;
  double ctc_;
  int64_t limit_;
  std::map<Tokens, double> scores_;
};

SearchOptions everything(double ctc_weight) {
  SearchOptions options;
  options.beam = 300;
  options.nbest = 300;
  options.ctc_weight = ctc_weight;
  options.pre_beam_ratio = 0;
  options.end_detect = false;
  return options;
}

TEST(BeamSearchTest, AWideBeamFindsAllTranscriptsWithTheirScores) {
  at::manual_seed(11);
  for (uint32_t seed = 0; seed < 5; ++seed) {
    for (const double ctc_weight : {0.0, 0.3, 1.0}) {
      const at::Tensor emission = random_emission(3, 4);
      const auto decoder = std::make_shared<TableScorer>(4, seed);
      const Exhaustive expected(emission, *decoder, ctc_weight, 3);
      const BeamSearch search(everything(ctc_weight), 4, decoder_of(decoder, ctc_weight));
      size_t possible = 0;
      double previous = std::numeric_limits<double>::infinity();
      for (const Hypothesis& found : search.search({at::Tensor(), emission})) {
        EXPECT_LE(found.score, previous);
        previous = found.score;
        if (found.score < -1e8) {
          continue;
        }
        ++possible;
        ASSERT_EQ(expected.scores().count(found.tokens), 1U);
        EXPECT_NEAR(found.score, expected.scores().at(found.tokens), 1e-4);
      }
      EXPECT_EQ(possible, expected.scores().size());
    }
  }
}

TEST(BeamSearchTest, ANarrowBeamNeverBeatsTheBestOfAll) {
  at::manual_seed(12);
  int found_best = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const at::Tensor emission = random_emission(4, 4);
    const auto decoder = std::make_shared<TableScorer>(4, seed);
    const Exhaustive all(emission, *decoder, 0.4, 4);
    double best = -std::numeric_limits<double>::infinity();
    for (const auto& [tokens, score] : all.scores()) {
      best = std::max(best, score);
    }
    SearchOptions options;
    options.beam = 2;
    options.ctc_weight = 0.4;
    const auto found =
        BeamSearch(options, 4, decoder_of(decoder, 0.4)).search({at::Tensor(), emission});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_LE(found[0].score, best + 1e-4);
    found_best += found[0].score > best - 1e-4 ? 1 : 0;
  }
  EXPECT_GE(found_best, 10);
}

TEST(BeamSearchTest, OneHypothesisOfTheDecoderAloneIsGreedyAttention) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const TableScorer table(6, seed);
    Tokens expected = {5};
    double score = 0;
    for (int64_t step = 0; step < 8; ++step) {
      const at::Tensor row = table.row(expected);
      const auto best = row.argmax().item<int64_t>();
      score += row[best].item<float>();
      expected.push_back(best);
      if (step == 7) {
        expected.push_back(5);
      }
      if (expected.back() == 5) {
        break;
      }
    }
    SearchOptions options;
    options.beam = 1;
    options.ctc_weight = 0;
    const auto found = BeamSearch(options, 6, decoder_of(std::make_shared<TableScorer>(6, seed), 0))
                           .search({at::zeros({1, 8, 2}), at::Tensor()});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].tokens, expected);
    EXPECT_NEAR(found[0].score, score, 1e-4);
    EXPECT_EQ(found[0].parts.count("ctc"), 0U);
  }
}

TEST(BeamSearchTest, ScoreIsTheWeightedSumOfItsParts) {
  at::manual_seed(13);
  SearchOptions options;
  options.beam = 5;
  options.nbest = 5;
  options.ctc_weight = 0.25;
  options.length_bonus = 0.7;
  std::vector<WeightedScorer> scorers = decoder_of(std::make_shared<TableScorer>(12, 1), 0.25);
  scorers.push_back({"lm", 0.3, std::make_shared<TableScorer>(12, 2)});
  scorers.push_back({"length_bonus", 0.7, std::make_shared<LengthBonusScorer>(12)});
  const auto found =
      BeamSearch(options, 12, scorers).search({at::Tensor(), random_emission(9, 12)});
  ASSERT_FALSE(found.empty());
  for (const Hypothesis& one : found) {
    const auto& parts = one.parts;
    EXPECT_NEAR(
        one.score,
        0.75 * parts.at("decoder") + 0.3 * parts.at("lm") + 0.7 * parts.at("length_bonus") +
            0.25 * parts.at("ctc"),
        1e-4);
    const auto scored_tokens = static_cast<double>(one.tokens.size() - 1);
    EXPECT_LE(parts.at("length_bonus"), scored_tokens);
    EXPECT_GE(parts.at("length_bonus"), scored_tokens - 1);
  }
}

TEST(BeamSearchTest, ScorersOfWeightZeroAreNotAsked) {
  class Refusing : public TableScorer {
   public:
    Refusing() : TableScorer(6, 0) {}
    at::Tensor score(const Prefixes&) override { throw Error("asked"); }
  };
  SearchOptions options;
  options.ctc_weight = 1;
  at::manual_seed(14);
  const at::Tensor emission = random_emission(5, 6);
  const auto with = BeamSearch(options, 6, {{"decoder", 0.0, std::make_shared<Refusing>()}})
                        .search({at::Tensor(), emission});
  const auto without = BeamSearch(options, 6, {}).search({at::Tensor(), emission});
  EXPECT_EQ(with.at(0).tokens, without.at(0).tokens);
  EXPECT_EQ(with.at(0).score, without.at(0).score);
}

TEST(BeamSearchTest, PreBeamIsTheDecodersChoiceAlone) {
  // CTC is sure of label 1, the decoder prefers label 2 a little: with a pre-beam of one token CTC
  // is never asked about label 1.
  class Prefers : public TableScorer {
   public:
    Prefers() : TableScorer(4, 0) {}
    at::Tensor score(const Prefixes& prefixes) override {
      const bool first = prefixes.front().size() == 1;
      const at::Tensor row = at::tensor(
          first ? std::vector<float>{-5, -1, -0.9F, -5} : std::vector<float>{-5, -5, -5, -0.1F});
      return row.expand({static_cast<int64_t>(prefixes.size()), 4});
    }
  };
  const at::Tensor emission =
      at::tensor(std::vector<double>{.1, .8, .05, .05, .1, .8, .05, .05}).view({2, 4}).log();
  SearchOptions options;
  options.beam = 1;
  options.ctc_weight = 0.5;
  const auto narrow = BeamSearch(options, 4, {{"decoder", 0.5, std::make_shared<Prefers>()}})
                          .search({at::Tensor(), emission});
  EXPECT_EQ(narrow.at(0).labels(), Tokens{2});
  options.pre_beam_ratio = 0;
  const auto open = BeamSearch(options, 4, {{"decoder", 0.5, std::make_shared<Prefers>()}})
                        .search({at::Tensor(), emission});
  EXPECT_EQ(open.at(0).labels(), Tokens{1});
}

TEST(BeamSearchTest, LengthLimits) {
  const at::Tensor memory = at::zeros({1, 10, 2});
  SearchOptions options;
  options.ctc_weight = 0;
  options.beam = 4;
  options.nbest = 4;
  const auto longest = [&](double ratio) {
    options.max_length_ratio = ratio;
    size_t most = 0;
    for (const Hypothesis& one :
         BeamSearch(options, 30, decoder_of(std::make_shared<TableScorer>(30, 3), 0))
             .search({memory, at::Tensor()})) {
      EXPECT_EQ(one.tokens.front(), 29);
      EXPECT_EQ(one.tokens.back(), 29);
      most = std::max(most, one.tokens.size());
    }
    return most;
  };
  EXPECT_EQ(longest(-3), 5U);
  EXPECT_EQ(longest(0.5), 7U);
  EXPECT_EQ(longest(0.01), 3U);
  EXPECT_LE(longest(0), 12U);
}

TEST(BeamSearchTest, EndDetectionOnlyStopsEarly) {
  at::manual_seed(15);
  for (uint32_t seed = 0; seed < 5; ++seed) {
    const at::Tensor emission = random_emission(30, 8);
    SearchOptions options;
    options.beam = 6;
    options.ctc_weight = 0.5;
    const auto run = [&] {
      return BeamSearch(options, 8, decoder_of(std::make_shared<TableScorer>(8, seed), 0.5))
          .search({at::Tensor(), emission});
    };
    options.end_detect = true;
    const auto early = run();
    options.end_detect = false;
    EXPECT_EQ(early.at(0).tokens, run().at(0).tokens);
  }
}

TEST(BeamSearchTest, ABeamWiderThanTheVocabularyKeepsImpossibleTokensLast) {
  at::manual_seed(16);
  SearchOptions options = everything(0.5);
  options.beam = 20;
  options.nbest = 20;
  const auto found = BeamSearch(options, 5, decoder_of(std::make_shared<TableScorer>(5, 9), 0.5))
                         .search({at::Tensor(), random_emission(6, 5)});
  for (const Hypothesis& one : found) {
    const Tokens labels = one.labels();
    const bool has_blank = std::count(labels.begin(), labels.end(), 0) > 0;
    EXPECT_EQ(has_blank || labels.size() > 6, one.score < -1e8) << one.score;
  }
}

TEST(BeamSearchTest, NoFramesNoTranscript) {
  SearchOptions options;
  options.ctc_weight = 1;
  EXPECT_TRUE(BeamSearch(options, 4, {}).search({at::Tensor(), at::zeros({0, 4})}).empty());
}

TEST(BeamSearchTest, NamesWhatIsMissing) {
  SearchOptions options;
  options.ctc_weight = 0;
  EXPECT_THROW(BeamSearch(options, 4, {}), ConfigError);
  options.ctc_weight = 0.3;
  const auto scorers = decoder_of(std::make_shared<TableScorer>(4, 0), 0.3);
  EXPECT_THROW(BeamSearch(options, 4, scorers).search({at::zeros({1, 3, 2}), {}}), ConfigError);
  EXPECT_THROW(BeamSearch(options, 5, scorers).search({{}, at::zeros({3, 4})}), c10::Error);
  EXPECT_THROW(BeamSearch(options, 5, scorers).search({{}, at::zeros({3, 5})}), c10::Error);
}

TEST(HypothesisTest, LabelsAreWithoutTheEnds) {
  Hypothesis hypothesis;
  hypothesis.tokens = {9, 3, 3, 0, 4, 9, 9};
  EXPECT_EQ(hypothesis.labels(), (Tokens{3, 3, 0, 4, 9}));  // CTC may read the class of eos
  hypothesis.ends = 2;
  EXPECT_EQ(hypothesis.labels(), (Tokens{3, 3, 0, 4}));
  EXPECT_EQ(Hypothesis().labels(), Tokens());
}

}  // namespace
}  // namespace sotto::decoding
