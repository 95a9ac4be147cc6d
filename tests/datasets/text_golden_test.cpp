#include "datasets/text/tokenizer.h"
#include "tests/golden.h"

namespace sotto::datasets {
namespace {

/// Units of several characters, as word-piece vocabularies have; decoding is all that is tested.
class PieceTokenizer : public Tokenizer {
 public:
  explicit PieceTokenizer(std::vector<std::string> tokens) : Tokenizer(std::move(tokens)) {}
  std::string type() const override { return "pieces"; }
  std::vector<int64_t> encode(std::string_view) const override { return {}; }
};

TEST(TokenizerGoldenTest, DecodesAsAutoAvsr) {
  const nlohmann::json golden = tests::golden_section("text");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const PieceTokenizer tokenizer(golden.at("token_list").get<std::vector<std::string>>());
  for (const nlohmann::json& one : golden.at("cases")) {
    EXPECT_EQ(
        tokenizer.decode(one.at("ids").get<std::vector<int64_t>>()),
        one.at("avsr").get<std::string>())
        << one;
  }
}

}  // namespace
}  // namespace sotto::datasets
