#include "datasets/text/normalise.h"

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

TEST(NormaliseEnglishTest, LowersCaseAndRemovesPunctuation) {
  EXPECT_EQ(normalise_english("Bin blue at F two now."), "bin blue at f two now");
  EXPECT_EQ(normalise_english("\"Well, (yes)!\" [he said]; 'no'?"), "well yes he said 'no'");
}

TEST(NormaliseEnglishTest, KeepsApostrophesOfEveryKind) {
  EXPECT_EQ(normalise_english("I'M"), "i'm");
  EXPECT_EQ(normalise_english("don\xE2\x80\x99t"), "don't");
  EXPECT_EQ(normalise_english("\xE2\x80\x9Cquoted\xE2\x80\x9D\xE2\x80\xA6"), "quoted");
}

TEST(NormaliseEnglishTest, SeparatesWordsByOneBlank) {
  EXPECT_EQ(normalise_english("  a \t b\r\nc  "), "a b c");
  EXPECT_EQ(normalise_english("twenty-one \xE2\x80\x94 or/and"), "twenty one or and");
  EXPECT_EQ(normalise_english(""), "");
  EXPECT_EQ(normalise_english(" . "), "");
}

TEST(NormaliseEnglishTest, DropsTags) {
  EXPECT_EQ(normalise_english("HELLO {NS} WORLD {LG}"), "hello world");
  EXPECT_EQ(normalise_english("open { brace"), "open brace");
}

TEST(NormaliseEnglishTest, KeepsWhatATokenizerShouldNameInsteadOfLosing) {
  EXPECT_EQ(normalise_english("CAF\xC3\x89 24"), "caf\xC3\x89 24");
  EXPECT_EQ(normalise_english("damaged \xFF\xC3"), "damaged \xFF\xC3");
}

}  // namespace
}  // namespace sotto::datasets
