#include "datasets/crop_list.h"

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

TEST(CropListTest, LipsComeFirstAndAreAlwaysThere) {
  const auto none = crop_list({}, false);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].name, "lips");
  EXPECT_EQ(none[0].size.pixels, 96);
  const auto all = crop_list({"lower:128", "lips", "face:224:112"}, true);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "lips");
  EXPECT_EQ(all[1].size.side, 128);
  EXPECT_EQ(all[1].size.pixels, 128);
  EXPECT_EQ(all[2].size.side, 224);
  EXPECT_EQ(all[2].size.pixels, 112);
  EXPECT_EQ(all[2].size.bytes(), 112 * 112 * 3);
}

TEST(CropListTest, WhatCannotBeCutIsRefused) {
  for (const char* text :
       {"", "mouth", "a:8", "a:1000", "a:-5", "a:64:", "a:64:64:64", "../x:64", "lips:64", "a:x"}) {
    EXPECT_THROW(crop_list({text}, false), ConfigError) << text;
  }
  EXPECT_THROW(crop_list({"a:64", "a:128"}, false), ConfigError);
}

}  // namespace
}  // namespace sotto::datasets
