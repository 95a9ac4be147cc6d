#include "common/progress.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(ProgressTest, DurationsReadAsClocks) {
  EXPECT_EQ(format_duration(0), "0:00");
  EXPECT_EQ(format_duration(7.4), "0:07");
  EXPECT_EQ(format_duration(59.6), "1:00");
  EXPECT_EQ(format_duration(751), "12:31");
  EXPECT_EQ(format_duration(3599.4), "59:59");
  EXPECT_EQ(format_duration(3600), "1:00:00");
  EXPECT_EQ(format_duration(11049), "3:04:09");
  EXPECT_EQ(format_duration(-5), "0:00");
}

TEST(ProgressTest, OneLineAtTheEndWhereNobodyWatches) {
  testing::internal::CaptureStderr();
  {
    Progress progress("prepare", 3, "clips");
    progress.advance();
    progress.advance(2, "last.mp4");
    progress.finish();
    progress.finish();
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.rfind("prepare  3/3  ", 0), 0U) << text;
  EXPECT_NE(text.find(" clips/s  0:00 taken  last.mp4\n"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(ProgressTest, LinesNowAndThen) {
  testing::internal::CaptureStderr();
  {
    Progress progress("train", 4, "clips", 0.0);
    progress.advance();
    progress.print("a remark");
    progress.advance();
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("train  1/4  "), std::string::npos) << text;
  EXPECT_NE(text.find(" left"), std::string::npos) << text;
  EXPECT_NE(text.find("a remark\n"), std::string::npos) << text;
}

TEST(ProgressTest, NoUnitsAtAllIsFine) {
  testing::internal::CaptureStderr();
  { Progress progress("prepare", 0, "clips", 0.0); }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("0/0"), std::string::npos);
}

TEST(ProgressTest, CountsFromSeveralThreads) {
  testing::internal::CaptureStderr();
  {
    Progress progress("prepare", 4000, "clips");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&progress] {
        for (int n = 0; n < 1000; ++n) {
          progress.advance();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("4000/4000"), std::string::npos);
}

}  // namespace
}  // namespace sotto
