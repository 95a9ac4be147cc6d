#include "decoding/rover.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "common/error.h"
#include "decoding/rover_network.h"
#include "decoding/rover_sections.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Words of 0.2 s every 0.3 s, for tests in which times do not matter.
std::vector<Word> words(const std::vector<std::string>& texts, double confidence = 0.5) {
  std::vector<Word> result;
  for (const std::string& text : texts) {
    const double start = 0.3 * static_cast<double>(result.size());
    result.push_back({text, start, start + 0.2, confidence});
  }
  return result;
}

std::string fused(const std::vector<std::vector<Word>>& systems, const RoverOptions& options = {}) {
  return words_text(rover(systems, options));
}

std::string show(const RoverNetwork& network) {
  std::string text;
  for (const RoverNetwork::Slot& slot : network.slots()) {
    for (const RoverVote& vote : slot) {
      text += vote.word == nullptr ? "@" : vote.word->word;
    }
    text += " ";
  }
  return text;
}

std::vector<RoverVote> votes(const std::vector<Word>& said) {
  std::vector<RoverVote> result;
  for (const Word& word : said) {
    result.push_back({word.word[0], &word});
  }
  return result;
}

TEST(RoverTest, TheMajorityWins) {
  EXPECT_EQ(
      fused(
          {words({"the", "cat", "sat"}), words({"the", "bat", "sat"}), words({"a", "cat", "sat"})}),
      "the cat sat");
}

TEST(RoverTest, NoWordIsAVoteToo) {
  EXPECT_EQ(fused({words({"a", "x", "b"}), words({"a", "b"}), words({"a", "b"})}), "a b");
  EXPECT_EQ(fused({words({"a", "b"}), words({"a", "x", "b"}), words({"a", "x", "b"})}), "a x b");
  EXPECT_EQ(fused({words({"a"}), {}, {}}), "");
}

TEST(RoverTest, TheFirstSystemBreaksTies) {
  EXPECT_EQ(fused({words({"a", "b"}), words({"a", "c"})}), "a b");
  EXPECT_EQ(fused({words({"a", "c"}), words({"a", "b"})}), "a c");
}

TEST(RoverTest, OneSystemIsLeftAsItIs) {
  const std::vector<Word> said = words({"a", "b", "a"}, 0.25);
  const std::vector<Word> same = rover({said});
  ASSERT_EQ(same.size(), 3U);
  EXPECT_EQ(same[1].word, "b");
  EXPECT_EQ(same[1].start, said[1].start);
  EXPECT_EQ(same[1].confidence, 0.25);
  EXPECT_TRUE(rover({}).empty());
  EXPECT_TRUE(rover({{}, {}}).empty());
}

TEST(RoverTest, TimesAndConfidencesAreMeansOfTheWinnersVotes) {
  const std::vector<Word> result =
      rover({{{"a", 1.0, 1.5, 0.5}}, {{"A", 1.2, 1.9, 0.75}}, {{"b", 9, 10, 0.1}}});
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].word, "a");  // the first spelling
  EXPECT_DOUBLE_EQ(result[0].start, 1.1);
  EXPECT_DOUBLE_EQ(result[0].end, 1.7);
  EXPECT_DOUBLE_EQ(result[0].confidence, 0.625);
}

TEST(RoverTest, TheShareOfVotesStandsForUnknownConfidences) {
  const std::vector<Word> result =
      rover({words({"a"}, kUnknown), words({"a"}, 0.9), words({"b"}, 0.9)});
  ASSERT_EQ(result.size(), 1U);
  EXPECT_DOUBLE_EQ(result[0].confidence, 2.0 / 3);
}

// One slot: a (0.2), a (0.3), b (0.6). Scores of a and b, by hand:
//   mean:    alpha 2/3 + (1 - alpha) 0.25      alpha 1/3 + (1 - alpha) 0.6: equal at 0.35/0.683
//   share:   alpha 2/3 + (1 - alpha) 0.5/1.1   alpha 1/3 + (1 - alpha) 0.6/1.1: equal at 3/14
//   highest: alpha 2/3 + (1 - alpha) 0.3       alpha 1/3 + (1 - alpha) 0.6: equal at 9/19
TEST(RoverTest, AlphaWeighsVotesAgainstConfidences) {
  const std::vector<std::vector<Word>> systems = {
      words({"a"}, 0.2), words({"a"}, 0.3), words({"b"}, 0.6)};
  const auto winner = [&](RoverMethod method, double alpha) {
    return fused(systems, {method, alpha, 0});
  };
  EXPECT_EQ(winner(RoverMethod::kFrequency, 0.52), "a");
  EXPECT_EQ(winner(RoverMethod::kFrequency, 0.51), "b");
  EXPECT_EQ(winner(RoverMethod::kAverage, 0.22), "a");
  EXPECT_EQ(winner(RoverMethod::kAverage, 0.21), "b");
  EXPECT_EQ(winner(RoverMethod::kMaximum, 0.48), "a");
  EXPECT_EQ(winner(RoverMethod::kMaximum, 0.47), "b");
}

TEST(RoverTest, TheConfidenceOfNoWordDecides) {
  const std::vector<std::vector<Word>> systems = {words({"a"}, 0.5), {}};
  EXPECT_EQ(fused(systems, {RoverMethod::kFrequency, 0.5, 0.4}), "a");
  EXPECT_EQ(fused(systems, {RoverMethod::kFrequency, 0.5, 0.6}), "");
  // Nothing but zeros to share: the votes decide, and of equals the first.
  EXPECT_EQ(fused({words({"a"}, 0), words({"b"}, 0)}, {RoverMethod::kAverage, 0.5, 0}), "a");
}

TEST(RoverNetworkTest, GrowsByAlignment) {
  const std::vector<Word> first = words({"a", "b", "c"});
  const std::vector<Word> second = words({"a", "c", "d"});
  const std::vector<Word> third = words({"x", "a", "b", "d"});
  RoverNetwork network;
  network.add(votes(first));
  EXPECT_EQ(show(network), "a b c ");
  network.add(votes(second));
  EXPECT_EQ(show(network), "aa b@ cc d@ ");  // a slot that the second opened has its word first
  network.add(votes(third));
  EXPECT_EQ(show(network), "x@@ aaa b@b cc@ d@d ");
}

TEST(RoverNetworkTest, RefusesTablesBeyondMemory) {
  const std::vector<Word> many(30000, {"a", 0, 0, 0});
  RoverNetwork network;
  network.add(votes(many));
  EXPECT_THROW(network.add(votes(many)), DataError);
}

TEST(RoverTest, RefusesMoreSystemsThanItCanCount) {
  EXPECT_THROW(rover(std::vector<std::vector<Word>>(256)), DataError);
  EXPECT_EQ(fused(std::vector<std::vector<Word>>(255, words({"a"}))), "a");
}

TEST(RoverSectionsTest, CutsWhereEveryoneIsSilent) {
  const std::vector<Word> first = {{"a", 0, 1, 1}, {"b", 3, 4, 1}, {"c", 4.5, 5, 1}};
  const std::vector<Word> late = {{"a", 0, 1.5, 1}, {"b", 3.5, 4, 1}};
  const std::vector<RoverSection> two = rover_sections({first, late});
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].end, (std::vector<size_t>{1, 1}));
  EXPECT_EQ(two[1].begin, (std::vector<size_t>{1, 1}));
  EXPECT_EQ(two[1].end, (std::vector<size_t>{3, 2}));
  // Someone speaks through the pause: no cut.
  EXPECT_EQ(rover_sections({first, {{"a", 0, 3.5, 1}, {"b", 3.5, 9, 1}}}).size(), 1U);
  // What others say after the first system's last word is a section of its own.
  const std::vector<RoverSection> tail = rover_sections({{{"a", 0, 1, 1}}, first});
  ASSERT_EQ(tail.size(), 2U);
  EXPECT_EQ(tail[1].begin, (std::vector<size_t>{1, 1}));
  EXPECT_EQ(tail[1].end, (std::vector<size_t>{1, 3}));
}

}  // namespace
}  // namespace sotto::decoding
