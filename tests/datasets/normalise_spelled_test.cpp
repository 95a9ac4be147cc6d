#include "datasets/text/normalise_spelled.h"

#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "datasets/text/english_numbers.h"

namespace sotto::datasets {
namespace {

std::string spelled(std::string_view text) {
  return normalise_english_spelled(text);
}

/// The number that words say, by a reader that shares nothing with the writer.
uint64_t value_of(const std::string& words) {
  static const std::map<std::string, uint64_t> values = {
      {"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
      {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
      {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
      {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
      {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
      {"seventy", 70}, {"eighty", 80},  {"ninety", 90}};
  static const std::map<std::string, uint64_t> scales = {
      {"thousand", 1000},
      {"million", 1000000},
      {"billion", 1000000000},
      {"trillion", 1000000000000}};
  uint64_t total = 0;
  uint64_t group = 0;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (word == "hundred") {
      group *= 100;
    } else if (scales.count(word) > 0) {
      total += group * scales.at(word);
      group = 0;
    } else {
      group += values.at(word);
    }
  }
  return total + group;
}

TEST(EnglishNumbersTest, SaysWhatTheNumberIs) {
  EXPECT_EQ(english_cardinal(0), "zero");
  EXPECT_EQ(english_cardinal(13), "thirteen");
  EXPECT_EQ(english_cardinal(40), "forty");
  EXPECT_EQ(english_cardinal(100), "one hundred");
  EXPECT_EQ(english_cardinal(12345), "twelve thousand three hundred forty five");
  EXPECT_EQ(english_cardinal(1000001), "one million one");
  EXPECT_EQ(english_cardinal(1000000000000), "one trillion");
  for (uint64_t n = 0; n < 2000; ++n) {
    EXPECT_EQ(value_of(english_cardinal(n)), n);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t n = random() % 1000000000000000 >> (random() % 40);
    EXPECT_EQ(value_of(english_cardinal(n)), n);
  }
}

TEST(EnglishNumbersTest, OrdinalsAndPlurals) {
  EXPECT_EQ(english_ordinal("one"), "first");
  EXPECT_EQ(english_ordinal("twenty two"), "twenty second");
  EXPECT_EQ(english_ordinal("twelve"), "twelfth");
  EXPECT_EQ(english_ordinal("thirty"), "thirtieth");
  EXPECT_EQ(english_ordinal("eight"), "eighth");
  EXPECT_EQ(english_ordinal("four"), "fourth");
  EXPECT_EQ(english_ordinal("one hundred"), "one hundredth");
  EXPECT_EQ(english_plural("nineteen ninety"), "nineteen nineties");
  EXPECT_EQ(english_plural("six"), "sixes");
  EXPECT_EQ(english_plural("ten"), "tens");
}

TEST(NormaliseSpelledTest, IsEnglishWithoutNumbers) {
  EXPECT_EQ(spelled("HELLO {NS} World - it\xE2\x80\x99s"), "hello world it's");
  EXPECT_EQ(spelled(""), "");
  EXPECT_EQ(spelled("damaged \xFF\xC3"), "damaged \xFF\xC3");
}

TEST(NormaliseSpelledTest, Integers) {
  EXPECT_EQ(spelled("20 OF US"), "twenty of us");
  EXPECT_EQ(spelled("in 1999."), "in one thousand nine hundred ninety nine");
  EXPECT_EQ(
      spelled("12,345,678"),
      "twelve million three hundred forty five thousand six hundred "
      "seventy eight");
  EXPECT_EQ(spelled("1, 200"), "one two hundred");
  EXPECT_EQ(spelled("1,2000"), "one two thousand");
  EXPECT_EQ(spelled("agent 007"), "agent zero zero seven");
  EXPECT_EQ(spelled("0"), "zero");
  EXPECT_EQ(spelled("1000000000000"), "one trillion");
  EXPECT_EQ(
      spelled("1000000000001"), "one zero zero zero zero zero zero zero zero zero zero zero one");
  EXPECT_EQ(spelled("99999999999999999999999").substr(0, 9), "nine nine");
  EXPECT_EQ(spelled("it is -5 or 3-5"), "it is minus five or three five");
}

TEST(NormaliseSpelledTest, ANumberIsAWordOfItsOwn) {
  EXPECT_EQ(spelled("5G, MP3 and COVID-19"), "five g mp three and covid nineteen");
  EXPECT_EQ(spelled("'5'"), "'five'");
  EXPECT_EQ(spelled("3:200"), "three two hundred");
}

TEST(NormaliseSpelledTest, DecimalsOrdinalsPlurals) {
  EXPECT_EQ(spelled("3.50"), "three point five zero");
  EXPECT_EQ(spelled("a .5"), "a point five");
  EXPECT_EQ(spelled("v1.2.3."), "v one point two point three");
  EXPECT_EQ(spelled("1st, 22ND and 13th"), "first twenty second and thirteenth");
  EXPECT_EQ(spelled("2nds"), "two nds");
  EXPECT_EQ(spelled("the 1990s, the '60s"), "the one thousand nine hundred nineties the 'sixties");
  EXPECT_EQ(spelled("2010's"), "two thousand ten's");
}

TEST(NormaliseSpelledTest, PercentAndMoney) {
  EXPECT_EQ(spelled("5% 7.5 %"), "five percent seven point five percent");
  EXPECT_EQ(spelled("$5"), "five dollars");
  EXPECT_EQ(spelled("-$1"), "minus one dollar");
  EXPECT_EQ(spelled("$3.50"), "three dollars and fifty cents");
  EXPECT_EQ(spelled("$0.99"), "ninety nine cents");
  EXPECT_EQ(spelled("$1.01"), "one dollar and one cent");
  EXPECT_EQ(spelled("$0.00"), "zero dollars");
  EXPECT_EQ(spelled("$3.5 million"), "three point five million dollars");
  EXPECT_EQ(spelled("$3 millionaires"), "three dollars millionaires");
  EXPECT_EQ(
      spelled("\xC2\xA3"
              "1.02"),
      "one pound and two pence");
  EXPECT_EQ(
      spelled("\xE2\x82\xAC"
              "2"),
      "two euros");
  EXPECT_EQ(
      spelled("\xC2\xA5"
              "100"),
      "one hundred yen");
  EXPECT_EQ(spelled("$ and $x"), "and x");
}

TEST(NormaliseSpelledTest, TimesAndFractions) {
  EXPECT_EQ(spelled("10:30"), "ten thirty");
  EXPECT_EQ(spelled("10:05 pm"), "ten oh five pm");
  EXPECT_EQ(spelled("10:00"), "ten");
  EXPECT_EQ(spelled("10:75"), "ten seventy five");
  EXPECT_EQ(spelled("1/2 and 3/4 and 2/3"), "one half and three quarters and two thirds");
  EXPECT_EQ(spelled("24/7 on 9/11"), "twenty four seven on nine eleven");
  EXPECT_EQ(spelled("1/2/2020"), "one two two thousand twenty");
  EXPECT_EQ(spelled("3\xC2\xBD"), "three and one half");
  EXPECT_EQ(spelled("\xC2\xBE"), "three quarters");
}

}  // namespace
}  // namespace sotto::datasets
