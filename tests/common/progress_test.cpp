#include "common/progress.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
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
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");  // nothing was there to do
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

/// Stderr as a terminal of so many columns, as long as it lives.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    ::grantpt(master_);
    ::unlockpt(master_);
    const int slave = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    winsize size = {};
    size.ws_col = columns;
    size.ws_row = 24;
    ::ioctl(slave, TIOCSWINSZ, &size);
    stderr_ = ::dup(STDERR_FILENO);
    ::dup2(slave, STDERR_FILENO);
    ::close(slave);
  }
  ~Terminal() {
    ::dup2(stderr_, STDERR_FILENO);
    ::close(stderr_);
    ::close(master_);
  }
  /// What was drawn so far; something must have been.
  std::string drawn() const {
    char text[4096];
    const ssize_t bytes = ::read(master_, text, sizeof text);
    return {text, static_cast<size_t>(std::max<ssize_t>(0, bytes))};
  }

 private:
  int master_;
  int stderr_;
};

/// The last line that a terminal of 80 columns showed.
std::string last_line(const std::string& title, const std::string& note) {
  const Terminal terminal(80);
  Progress progress(title, 876, "steps");
  progress.advance(412, note);
  progress.finish();
  const std::string text = terminal.drawn();
  const size_t begin = text.rfind("\r\033[K") + 4;
  return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
}

TEST(ProgressTest, ABarWithANoteFitsInto80Columns) {
  const std::string line = last_line("joint 12/30", "loss 1.234, 12345 frames/s");
  EXPECT_LT(line.size(), 80U) << line;
  EXPECT_NE(line.find("joint 12/30  [===="), std::string::npos) << line;
  EXPECT_NE(line.find("412/876  0:00 taken  loss 1.234, 12345 frames/s"), std::string::npos) << line;
  EXPECT_NE(last_line("joint 12/30", "loss 1").find(" steps/s  "), std::string::npos);
  EXPECT_LT(last_line("joint 12/30", std::string(100, 'x')).size(), 80U);
}

}  // namespace
}  // namespace sotto
