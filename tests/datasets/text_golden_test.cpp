#include "datasets/text/tokenizer.h"
#include "tests/golden.h"

namespace sotto::datasets {
namespace {

TEST(TokenizerGoldenTest, DecodesAsAutoAvsr) {
  const nlohmann::json golden = tests::golden_section("text");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const auto tokenizer =
      make_tokenizer("sentencepiece", golden.at("token_list").get<std::vector<std::string>>());
  for (const nlohmann::json& one : golden.at("cases")) {
    EXPECT_EQ(
        tokenizer->decode(one.at("ids").get<std::vector<int64_t>>()),
        one.at("avsr").get<std::string>())
        << one;
  }
}

}  // namespace
}  // namespace sotto::datasets
