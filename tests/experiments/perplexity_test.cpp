#include "experiments/perplexity.h"

#include <cmath>

#include <torch/utils.h>

#include "common/error.h"
#include "common/files.h"
#include "decoding/arpa_reader.h"
#include "experiments/text_data.h"
#include "tests/common/temporary_folder.h"
#include "tests/decoding/small_arpa.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

class PerplexityTest : public testing::Test {
 protected:
  std::vector<std::string> text(const std::string& lines) {
    write_file(folder_ / "text", lines);
    return {folder_ / "text"};
  }

  TemporaryFolder folder_;
  const decoding::NgramModel ngrams_ = decoding::parse_arpa(tests::kSmallArpa, "small.arpa");
};

TEST_F(PerplexityTest, NgramsOfWords) {
  // a b: -0.3 - 0.01 - 0.02. b a a: (-0.5 - 0.75) - 0.9 + (-0.1 - 0.5) + (-0.1 - 1).
  const TextScore score = score_texts(ngrams_, text("a b\n\nb  a a \r\n"), nullptr);
  EXPECT_EQ(score.sentences, 2);
  EXPECT_EQ(score.words, 5);
  EXPECT_EQ(score.tokens, 7);
  EXPECT_EQ(score.unknown, 0);
  EXPECT_NEAR(score.log_probability, std::log(10.0) * -4.18, 1e-5);
  EXPECT_NEAR(score.per_token(), std::pow(10.0, 4.18 / 7), 1e-5);
  EXPECT_NEAR(score.per_word(), std::pow(10.0, 4.18 / 7), 1e-5);
}

TEST_F(PerplexityTest, UnknownWords) {
  // a x b: -0.3 + (-0.05 - 0.1 - 2) + (-0.25 - 0.75) - 0.6.
  const TextScore known = score_texts(ngrams_, text("a x b\n"), nullptr);
  EXPECT_EQ(known.unknown, 1);
  EXPECT_EQ(known.words, 3);
  EXPECT_NEAR(known.log_probability, std::log(10.0) * -4.05, 1e-5);
  const auto without = decoding::parse_arpa(
      "\\data\\\nngram 1=4\n\\1-grams:\n-9 <s>\n-0.5 </s>\n-0.25 a\n-1 b\n\\end\\\n", "x.arpa");
  const TextScore left_out = score_texts(without, text("a x b\n"), nullptr);
  EXPECT_EQ(left_out.unknown, 1);
  EXPECT_EQ(left_out.words, 2);
  EXPECT_EQ(left_out.tokens, 3);
  EXPECT_NEAR(left_out.per_token(), std::pow(10.0, 1.75 / 3), 1e-5);
}

TEST_F(PerplexityTest, NgramsOfTokens) {
  const auto tokenizer =
      datasets::make_tokenizer("characters", {"<blank>", "<space>", "a", "b", "<eos>"});
  // ab: as above. "a b": <space> is unknown here: -0.3 + (-0.05 - 0.1 - 2) + (-0.25 - 0.75) - 0.6.
  const TextScore score = score_texts(ngrams_, text("ab\na b\n"), tokenizer.get());
  EXPECT_EQ(score.words, 3);
  EXPECT_EQ(score.tokens, 7);
  EXPECT_EQ(score.unknown, 1);
  EXPECT_NEAR(score.log_probability, std::log(10.0) * (-0.33 - 4.05), 1e-5);
  EXPECT_NEAR(score.per_word(), std::pow(10.0, 4.38 / 5), 1e-5);
}

TEST_F(PerplexityTest, ANetworkThatAlwaysExpectsTheSame) {
  LoadedLanguageModel model;
  model.card.kind = "language_model";
  model.card.tokens = {"<blank>", "<unk>", "<space>", "a", "b", "<eos>"};
  model.card.language_model.embedding = 4;
  model.card.language_model.dim = 4;
  model.card.language_model.heads = 2;
  model.card.language_model.layers = 1;
  model.card.language_model.feed_forward = 4;
  model.network = decoding::TransformerLm(model.card.language_model, 6);
  model.network->eval();
  const std::vector<double> p = {0.05, 0.05, 0.1, 0.4, 0.2, 0.2};
  {
    const torch::NoGradGuard no_grad;
    model.network->named_parameters()["decoder.weight"].zero_();
    model.network->named_parameters()["decoder.bias"].copy_(at::tensor(p, at::kDouble).log());
  }
  const TextScore score = score_texts(model, text("a b\nbax\n\n"));
  EXPECT_EQ(score.sentences, 2);
  EXPECT_EQ(score.words, 3);
  EXPECT_EQ(score.tokens, 8);
  EXPECT_EQ(score.unknown, 1);
  const double expected = std::log(0.4 * 0.1 * 0.2 * 0.2) + std::log(0.2 * 0.4 * 0.05 * 0.2);
  EXPECT_NEAR(score.log_probability, expected, 1e-5);
  EXPECT_NEAR(score.per_token(), std::exp(-expected / 8), 1e-5);
  EXPECT_NEAR(score.per_word(), std::exp(-expected / 5), 1e-5);
  const std::string shown = format_text_score(score);
  EXPECT_NE(shown.find("tokens      8, ends of sentences included\n"), std::string::npos) << shown;
}

TEST_F(PerplexityTest, FaultsNameTheLine) {
  const auto tokenizer = datasets::make_tokenizer("characters", {"<blank>", "a", "b", "<eos>"});
  const auto fault_of = [&](const std::string& lines) -> std::string {
    try {
      score_texts(ngrams_, text(lines), tokenizer.get());
    } catch (const DataError& fault) {
      return fault.what();
    }
    return "";
  };
  EXPECT_EQ(
      fault_of("ab\n\nabc\n"),
      folder_ /
          "text:3: text 'abc': character 'c' is not in the vocabulary; normalise the text or "
          "train with more units");
  EXPECT_EQ(fault_of("a\xff\n"), folder_ / "text:1: expected UTF-8");
  EXPECT_THROW(score_texts(ngrams_, {folder_ / "none"}, nullptr), DataError);
}

TEST_F(PerplexityTest, NothingToExpect) {
  EXPECT_THROW(score_texts(ngrams_, text("\n"), nullptr), DataError);
}

}  // namespace
}  // namespace sotto::experiments
