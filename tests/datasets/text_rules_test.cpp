#include "datasets/text/text_rules.h"

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

TEST(TextRulesTest, NamesAreSortedAndWork) {
  EXPECT_EQ(
      text_rule_names(),
      (std::vector<std::string>{
          "english-1",
          "english-spelled-1",
          "mandarin-1",
          "mandarin-simplified-1",
          "mandarin-spoken-1"}));
  EXPECT_EQ(apply_text_rules("english-1", "It's 2 - {NS} OK"), "it's 2 ok");
  EXPECT_EQ(apply_text_rules("english-spelled-1", "It's 2 - {NS} OK"), "it's two ok");
#ifdef SOTTO_NO_MEDIA
  EXPECT_THROW(apply_text_rules("mandarin-1", "2"), DataError);
#else
  EXPECT_EQ(apply_text_rules("mandarin-1", "臺灣，2個"), "臺灣2個");
  EXPECT_EQ(apply_text_rules("mandarin-simplified-1", "臺灣，2個"), "台湾2个");
  EXPECT_EQ(apply_text_rules("mandarin-spoken-1", "臺灣，2個"), "台湾两个");
#endif
}

TEST(TextRulesTest, AnUnknownNameIsNamedBesideTheKnown) {
  try {
    apply_text_rules("english", "text");
    FAIL();
  } catch (const ConfigError& failure) {
    EXPECT_STREQ(
        failure.what(),
        "text rules: expected one of english-1, english-spelled-1, mandarin-1, "
        "mandarin-simplified-1, mandarin-spoken-1, got 'english'");
  }
}

}  // namespace
}  // namespace sotto::datasets
