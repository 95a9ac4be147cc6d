#include "experiments/language_model.h"

#include <torch/utils.h>

#include "common/error.h"
#include "common/files.h"
#include "decoding/arpa_reader.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using Words = std::vector<std::string>;

/// An ARPA file of these words, all of them alike.
std::string arpa_of(const Words& words) {
  std::string text = "\\data\\\nngram 1=" + std::to_string(words.size() + 2) +
                     "\n\\1-grams:\n-99\t<s>\n-1\t</s>\n";
  for (const std::string& word : words) {
    text += "-1\t" + word + "\n";
  }
  return text + "\\end\\\n";
}

ModelCard card_of(const Words& units, const std::string& type = "characters") {
  ModelCard card;
  card.name = "heard";
  card.tokenizer_type = type;
  card.tokens = {"<blank>"};
  card.tokens.insert(card.tokens.end(), units.begin(), units.end());
  card.tokens.emplace_back("<eos>");
  return card;
}

ModelCard english() {
  ModelCard card = card_of({});
  card.tokens = datasets::english_characters();
  return card;
}

class LanguageModelTest : public testing::Test {
 protected:
  std::shared_ptr<const LanguageModel> load(const Words& words, const ModelCard& card) {
    write_file(folder_ / "x.arpa", arpa_of(words));
    return load_language_model(folder_ / "x.arpa", card);
  }

  std::string fault_of(const Words& words, const ModelCard& card) {
    try {
      load(words, card);
    } catch (const ConfigError& fault) {
      return fault.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

const ModelCard kPieces = card_of(
    {"<unk>",
     "\xe2\x96\x81the",
     "\xe2\x96\x81",
     "\xe2\x96\x81"
     "a",
     "n",
     "d",
     "the"},
    "sentencepiece");
const ModelCard kMandarin = card_of({"<unk>", "\xe4\xbd\xa0", "\xe5\xa5\xbd"});

TEST_F(LanguageModelTest, WordsOfTexts) {
  EXPECT_EQ(load({"bin", "blue", "a", "b", "i'm"}, english())->words, NgramWords::kTexts);
  // Every word a token, but none that begins another: words of one letter.
  EXPECT_EQ(load({"a", "b"}, english())->words, NgramWords::kTexts);
  EXPECT_EQ(load({"the", "and", "nd", "dathe"}, kPieces)->words, NgramWords::kTexts);
  const auto half = load({"bin", "Blue"}, english());
  EXPECT_EQ(half->words, NgramWords::kTexts);
  EXPECT_NE(half->about.find("1-grams of words; of 2, 1 can be spelled"), std::string::npos)
      << half->about;
  EXPECT_TRUE(half->make_scorer());
  EXPECT_EQ(half->units[1], " ");
}

TEST_F(LanguageModelTest, Tokens) {
  EXPECT_EQ(load({"<space>", "a", "b"}, english())->words, NgramWords::kTokens);
  EXPECT_EQ(load({"\xe2\x96\x81the", "n"}, kPieces)->words, NgramWords::kTokens);
  EXPECT_EQ(load({"\xe4\xbd\xa0", "\xe5\xa5\xbd"}, kMandarin)->words, NgramWords::kTokens);
  const auto model = load({"<space>", "a"}, english());
  EXPECT_EQ(model->units, english().tokens);
  const auto scorer = model->make_scorer();
  scorer->start({{}});
  EXPECT_EQ(scorer->score({{29}}).size(1), 30);
}

TEST_F(LanguageModelTest, AnotherVocabularyIsRefusedByName) {
  const std::string fault = fault_of({"BIN", "BLUE", "A", "a"}, english());
  EXPECT_NE(fault.find("x.arpa: "), std::string::npos) << fault;
  EXPECT_NE(fault.find("the model heard writes"), std::string::npos) << fault;
  EXPECT_NE(
      fault.find("of 4 words 1 can be spelled with its tokens and 1 are tokens"), std::string::npos)
      << fault;
  EXPECT_NE(fault_of({}, english()), "");
  // Words, for a recogniser that does not part them.
  EXPECT_NE(fault_of({"\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0"}, kMandarin), "");
  // Word pieces of another vocabulary.
  EXPECT_NE(fault_of({"\xe2\x96\x81the", "\xe2\x96\x81of", "\xe2\x96\x81to"}, kPieces), "");
  ModelCard numbered = english();
  numbered.tokens = numbered_tokens(30);
  numbered.tokenizer_type = "sentencepiece";
  EXPECT_NE(fault_of({"bin"}, numbered).find("--units"), std::string::npos);
}

TEST_F(LanguageModelTest, Networks) {
  ModelCard card = english();
  card.kind = "language_model";
  card.name = "small";
  card.language_model.embedding = 4;
  card.language_model.dim = 4;
  card.language_model.heads = 2;
  card.language_model.layers = 1;
  card.language_model.feed_forward = 4;
  const decoding::TransformerLm network(card.language_model, 30);
  const std::string path = folder_ / "lm.safetensors";
  write_model(path, state_of(*network), card);
  const auto model = load_language_model(path, english());
  EXPECT_TRUE(model->network);
  const torch::NoGradGuard no_grad;
  const auto scorer = model->make_scorer();
  scorer->start({{}});
  const at::Tensor plain = scorer->score({{29}});
  EXPECT_EQ(plain.size(1), 30);
  const auto packed = load_language_model(path, english(), Precision::kFloat32)->make_scorer();
  packed->start({{}});
  tests::expect_near(packed->score({{29}}), plain, 1e-5);
  const auto mismatch = [&](const ModelCard& other) -> std::string {
    try {
      load_language_model(path, other);
    } catch (const ConfigError& fault) {
      return fault.what();
    }
    return "";
  };
  EXPECT_NE(
      mismatch(kPieces).find("expected a vocabulary of 9 tokens as the model heard has, got 30"),
      std::string::npos);
  ModelCard other = english();
  std::swap(other.tokens[3], other.tokens[4]);
  EXPECT_NE(mismatch(other).find("whose token 3 is 'b', got 'a'"), std::string::npos);
}

TEST_F(LanguageModelTest, OtherTextRulesAreWarnedOf) {
  ModelCard card = english();
  card.kind = "language_model";
  card.language_model.embedding = card.language_model.dim = card.language_model.feed_forward = 4;
  card.language_model.heads = card.language_model.layers = 1;
  card.text_rules = "english-spelled-1";
  const decoding::TransformerLm network(card.language_model, 30);
  const std::string path = folder_ / "lm.safetensors";
  write_model(path, state_of(*network), card);
  ModelCard heard = english();
  EXPECT_EQ(load_language_model(path, heard)->warning, "") << "those of the model are not known";
  heard.text_rules = "english-spelled-1";
  EXPECT_EQ(load_language_model(path, heard)->warning, "");
  heard.text_rules = "english-1";
  EXPECT_NE(
      load_language_model(path, heard)
          ->warning.find("rules english-spelled-1, the model heard by english-1"),
      std::string::npos);
}

TEST_F(LanguageModelTest, NeitherKind) {
  write_file(folder_ / "x", "hello\n");
  EXPECT_THROW(load_language_model(folder_ / "x", english()), Error);
  EXPECT_THROW(load_language_model(folder_ / "none", english()), DataError);
}

}  // namespace
}  // namespace sotto::experiments
