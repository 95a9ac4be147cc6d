#include <cmath>
#include <functional>

#include "decoding/arpa_reader.h"
#include "decoding/ngram_token_scorer.h"
#include "decoding/ngram_word_scorer.h"
#include "decoding/search.h"
#include "tests/decoding/small_arpa.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

const std::shared_ptr<const NgramModel>& model() {
  static const auto small =
      std::make_shared<const NgramModel>(parse_arpa(tests::kSmallArpa, "small.arpa"));
  return small;
}

/// The sum of a scorer's step scores along each path of `length` labels to the end, where all paths
/// run beside each other: what the model says of the sentence must come out.
void expect_sums(
    Scorer& scorer,
    int64_t V,
    size_t length,
    const std::function<double(const std::vector<int64_t>&)>& sentence_log10) {
  scorer.start({{}});
  Prefixes prefixes = {{V - 1}};
  std::vector<double> sums = {0};
  for (size_t u = 0; u <= length; ++u) {
    const at::Tensor scores = scorer.score(prefixes);
    ASSERT_EQ(scores.sizes(), at::IntArrayRef({static_cast<int64_t>(prefixes.size()), V}));
    Prefixes longer;
    std::vector<double> longer_sums;
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < prefixes.size(); ++i) {
      const auto row = scores[static_cast<int64_t>(i)];
      const std::vector<int64_t> labels(prefixes[i].begin() + 1, prefixes[i].end());
      EXPECT_NEAR(
          sums[i] + row[V - 1].item<double>(), std::log(10.0) * sentence_log10(labels), 1e-4)
          << "path " << i << " of " << u << " labels";
      for (int64_t token = 0; token + 1 < V; ++token) {
        longer.push_back(prefixes[i]);
        longer.back().push_back(token);
        longer_sums.push_back(sums[i] + row[token].item<double>());
        parents.push_back(static_cast<int64_t>(i));
        tokens.push_back(token);
      }
    }
    scorer.select(parents, tokens);
    prefixes = std::move(longer);
    sums = std::move(longer_sums);
  }
}

TEST(NgramTokenScorerTest, StepsSumToTheSentence) {
  const std::vector<std::string> tokens = {"<blank>", "b", "a", "c", "<eos>"};
  NgramTokenScorer scorer(model(), tokens);
  for (int clip = 0; clip < 2; ++clip) {  // a second clip starts afresh
    expect_sums(scorer, 5, 3, [&](const std::vector<int64_t>& labels) {
      std::vector<NgramModel::Word> words;
      for (const int64_t label : labels) {
        words.push_back(model()->word(tokens[static_cast<size_t>(label)]));
      }
      return model()->sentence_log10_probability(words);
    });
  }
}

/// The words of a text, parted by blanks.
std::vector<NgramModel::Word> words_of(const std::string& text) {
  std::vector<NgramModel::Word> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    words.push_back(model()->word(word));
  }
  return words;
}

/// Characters with a blank of their own, and word pieces of every kind.
TEST(NgramWordScorerTest, StepsSumToTheSentence) {
  for (const std::vector<std::string>& pieces :
       {std::vector<std::string>{"", " ", "a", "b", ""},
        std::vector<std::string>{"", " a", "b", " b", " a b", "b a", ""}}) {
    NgramWordScorer scorer(model(), pieces);
    for (int clip = 0; clip < 2; ++clip) {
      expect_sums(
          scorer, static_cast<int64_t>(pieces.size()), 4, [&](const std::vector<int64_t>& labels) {
            std::string text;
            for (const int64_t label : labels) {
              text += pieces[static_cast<size_t>(label)];
            }
            return model()->sentence_log10_probability(words_of(text));
          });
    }
  }
}

TEST(NgramWordScorerTest, AWordIsScoredWhereItEnds) {
  NgramWordScorer scorer(model(), {"", " ", "a", "b", ""});
  const auto ln = [](double log10) { return static_cast<float>(std::log(10.0) * log10); };
  scorer.start({{}, {}});
  tests::expect_near(
      scorer.score({{4}, {4}}), tests::table({{0, 0, 0, 0, ln(-1.5)}, {0, 0, 0, 0, ln(-1.5)}}));
  scorer.select({1, 0, 1}, {2, 3, 1});  // "a", "b", " "
  tests::expect_near(
      scorer.score({{4, 2}, {4, 3}, {4, 1}}),
      tests::table(
          {{0, ln(-0.3), 0, 0, ln(-0.3 - 0.05 - 0.1 - 1)},
           {0, ln(-1.25), 0, 0, ln(-1.25 - 0.6)},
           {0, 0, 0, 0, ln(-1.5)}}));
}

TEST(NgramScorersTest, SeveralClipsAreTold) {
  NgramTokenScorer scorer(model(), {"<blank>", "a", "b", "<eos>"});
  scorer.start({{}, {}, {}});
  EXPECT_EQ(scorer.score({{3}, {3}, {3}}).size(0), 3);
  scorer.select({2}, {1});
  EXPECT_EQ(scorer.score({{3, 1}}).size(0), 1);
}

class FusionTest : public testing::Test {
 protected:
  std::vector<Hypothesis> search_with(double weight, std::shared_ptr<Scorer> scorer) const {
    SearchOptions options;
    options.ctc_weight = 1;
    options.lm_weight = weight;
    options.beam = 30;
    options.nbest = 30;
    SearchNetworks networks;
    networks.language_model = std::move(scorer);
    SearchInput input;
    input.emission = at::log_softmax(tests::sines({5, 4}, 1.3, 0.4) * 2, -1);
    return search(input, networks, 4, options);
  }
};

TEST_F(FusionTest, WeightZeroChangesNothing) {
  const auto scorer = std::make_shared<NgramTokenScorer>(
      model(), std::vector<std::string>{"<blank>", "a", "b", "<eos>"});
  const auto alone = search_with(0, nullptr);
  const auto beside = search_with(0, scorer);
  ASSERT_EQ(alone.size(), beside.size());
  for (size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(alone[i].tokens, beside[i].tokens);
    EXPECT_EQ(alone[i].score, beside[i].score);
    EXPECT_EQ(alone[i].parts, beside[i].parts);
  }
}

TEST_F(FusionTest, TheModelIsPartOfEveryScore) {
  const std::vector<std::string> tokens = {"<blank>", "a", "b", "<eos>"};
  const auto readings = search_with(0.7, std::make_shared<NgramTokenScorer>(model(), tokens));
  int possible = 0;
  for (const Hypothesis& reading : readings) {
    if (reading.score < -1e9 || reading.labels().size() == 5) {
      continue;  // CTC cannot say it; it ran into the limit, where no end is scored
    }
    ++possible;
    std::vector<NgramModel::Word> words;
    for (const int64_t label : reading.labels()) {
      words.push_back(model()->word(tokens[static_cast<size_t>(label)]));
    }
    EXPECT_NEAR(
        reading.parts.at("lm"), std::log(10.0) * model()->sentence_log10_probability(words), 1e-4);
    EXPECT_NEAR(reading.score, reading.parts.at("ctc") + 0.7 * reading.parts.at("lm"), 1e-4);
  }
  EXPECT_GT(possible, 10);
}

}  // namespace
}  // namespace sotto::decoding
