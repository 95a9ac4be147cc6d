#include "datasets/text/utf8.h"

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

TEST(Utf8Test, TakesWhatTheStandardAllows) {
  for (const char* text :
       {"",
        "plain",
        "\x01\x7F",
        "\xC2\x80",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8Test, RefusesWhatItDoesNot) {
  for (const char* text :
       {"\x80",
        "a\xBF",
        "\xC0\xAF" /* overlong */,
        "\xC1\xBF",
        "\xE0\x9F\xBF" /* overlong */,
        "\xED\xA0\x80" /* surrogate */,
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF" /* overlong */,
        "\xF4\x90\x80\x80" /* above U+10FFFF */,
        "\xF7\xBF\xBF\xBF",
        "\xF8\x88\x80\x80\x80",
        "\xFF",
        "\xC3",
        "\xE2\x96",
        "\xF0\x9F\x98",
        "\xC3z",
        "\xE2\x96z"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(Utf8Test, WritesCharactersOfEveryLength) {
  std::string text;
  for (const char32_t c :
       {U'a',
        U'\u007F',
        U'\u0080',
        U'\u07FF',
        U'\u0800',
        U'\uFFFD',
        U'\U00010000',
        U'\U0010FFFF'}) {
    append_utf8(text, c);
  }
  EXPECT_EQ(text, "a\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  EXPECT_TRUE(is_utf8(text));
}

}  // namespace
}  // namespace sotto::datasets
