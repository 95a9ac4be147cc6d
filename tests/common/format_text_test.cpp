#include "common/format_text.h"

#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(FormatTextTest, IsPrintfOfAnyLength) {
  EXPECT_EQ(format_text("%s %4.1f%%", "lips", 5.5), "lips  5.5%");
  EXPECT_EQ(format_text("%s", ""), "");
  const std::string longer(5000, 'x');
  EXPECT_EQ(format_text("<%s>", longer.c_str()), "<" + longer + ">");
}

}  // namespace
}  // namespace sotto
