#include "decoding/ngram_model.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "decoding/arpa_reader.h"
#include "tests/decoding/small_arpa.h"

namespace sotto::decoding {
namespace {

class NgramModelTest : public testing::Test {
 protected:
  std::vector<NgramModel::Word> ids(const std::vector<std::string>& words) const {
    std::vector<NgramModel::Word> all;
    for (const std::string& word : words) {
      all.push_back(model_.word(word));
    }
    return all;
  }
  double log10(const std::vector<std::string>& context, const std::string& word) const {
    return model_.log10_probability(ids(context), model_.word(word));
  }

  const NgramModel model_ = parse_arpa(tests::kSmallArpa, "small.arpa");
};

TEST_F(NgramModelTest, Sizes) {
  EXPECT_EQ(model_.order(), 3U);
  EXPECT_EQ(model_.count(1), 5U);
  EXPECT_EQ(model_.count(2), 4U);
  EXPECT_EQ(model_.count(3), 2U);
  EXPECT_TRUE(model_.has_unknown());
  EXPECT_EQ(model_.words()[model_.word("zebra")], "<unk>");
}

TEST_F(NgramModelTest, BacksOff) {
  EXPECT_NEAR(log10({"<s>", "a"}, "b"), -0.01, 1e-6);              // the 3-gram
  EXPECT_NEAR(log10({"<s>", "a"}, "a"), -0.05 - 0.1 - 0.5, 1e-6);  // two back-offs
  EXPECT_NEAR(log10({"<s>"}, "b"), -0.5 - 0.75, 1e-6);             // one
  EXPECT_NEAR(log10({"a", "b"}, "a"), -0.15 - 0.9, 1e-6);          // to a 2-gram
  EXPECT_NEAR(log10({"b", "b"}, "</s>"), -0.6, 1e-6);              // a context that is not there
  EXPECT_NEAR(log10({"b", "a"}, "a"), -0.1 - 0.5, 1e-6);           // a 2-gram without a weight
  EXPECT_NEAR(log10({}, "a"), -0.5, 1e-6);
  EXPECT_NEAR(log10({"a", "zebra"}, "a"), -0.25 - 0.5, 1e-6);
  EXPECT_NEAR(log10({"a", "b"}, "zebra"), -0.15 - 0.2 - 2, 1e-6);
  EXPECT_NEAR(log10({"b", "a", "b", "<s>", "a"}, "b"), -0.01, 1e-6);  // the far past does not count
}

TEST_F(NgramModelTest, Sentences) {
  EXPECT_NEAR(model_.sentence_log10_probability(ids({"a", "b"})), -0.3 - 0.01 - 0.02, 1e-6);
  EXPECT_NEAR(model_.sentence_log10_probability({}), -0.5 - 1, 1e-6);
  EXPECT_NEAR(
      model_.sentence_log10_probability(ids({"b", "a", "a"})),
      (-0.5 - 0.75) + -0.9 + (-0.1 - 0.5) + (-0.1 - 1),
      1e-6);
}

TEST_F(NgramModelTest, ContextsForgetTheFarPast) {
  NgramModel::Context context = model_.first_context();
  EXPECT_EQ(context, ids({"<s>"}));
  model_.append(context, model_.word("a"));
  EXPECT_EQ(context, ids({"<s>", "a"}));
  model_.append(context, model_.word("b"));
  EXPECT_EQ(context, ids({"a", "b"}));
}

/// All words and contexts: the walk over a whole row and the look-up of one word are two ways.
TEST_F(NgramModelTest, RowsEqualSingleProbabilities) {
  const auto words = static_cast<NgramModel::Word>(model_.words().size());
  for (NgramModel::Word first = 0; first < words; ++first) {
    for (NgramModel::Word second = 0; second < words; ++second) {
      const std::vector<float> row = model_.log10_probabilities({first, second});
      for (NgramModel::Word word = 0; word < words; ++word) {
        EXPECT_NEAR(row[word], model_.log10_probability({first, second}, word), 1e-5);
      }
    }
  }
}

TEST(NgramModelOrdersTest, OneWordAtATime) {
  const NgramModel model = parse_arpa(
      "\\data\\\nngram 1=3\n\\1-grams:\n-99 <s>\n-0.25 </s>\n-0.5 a\n\\end\\\n", "one.arpa");
  EXPECT_EQ(model.order(), 1U);
  NgramModel::Context context = model.first_context();
  model.append(context, model.word("a"));
  EXPECT_TRUE(context.empty());
  EXPECT_NEAR(model.sentence_log10_probability({model.word("a"), model.word("a")}), -1.25, 1e-6);
  EXPECT_FALSE(model.has_unknown());
  EXPECT_EQ(model.log10_probability({}, model.word("b")), NgramModel::kUnknownLog10);
}

}  // namespace
}  // namespace sotto::decoding
