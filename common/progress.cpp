#include "common/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/format_text.h"

namespace sotto {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kSmallestBar = 8;

double seconds_between(Clock::time_point a, Clock::time_point b) {
  return std::chrono::duration<double>(b - a).count();
}

size_t terminal_width() {
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::llround(std::max(0.0, seconds)));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(
        text, sizeof text, "%ld:%02ld:%02ld", static_cast<long>(whole / 3600),
        static_cast<long>(whole / 60 % 60), static_cast<long>(whole % 60));
  } else {
    std::snprintf(
        text, sizeof text, "%ld:%02ld", static_cast<long>(whole / 60),
        static_cast<long>(whole % 60));
  }
  return text;
}

Progress::Progress(std::string title, int64_t total, std::string unit, double quiet_interval_s)
    : title_(std::move(title)),
      unit_(std::move(unit)),
      total_(total),
      quiet_interval_s_(quiet_interval_s),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() { finish(); }

void Progress::advance(int64_t units) {
  const std::lock_guard<std::mutex> lock(mutex_);
  advance_locked(units);
}

void Progress::advance(int64_t units, const std::string& note) {
  const std::lock_guard<std::mutex> lock(mutex_);
  note_ = note;
  advance_locked(units);
}

void Progress::advance_locked(int64_t units) {
  done_ += units;
  if (seconds_between(drawn_, Clock::now()) >= (terminal_ ? 0.1 : quiet_interval_s_)) {
    draw(false);
  }
}

void Progress::print(const std::string& line) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::fprintf(stderr, terminal_ ? "\r\033[K%s\n" : "%s\n", line.c_str());
  if (terminal_ && !finished_) {
    draw(false);
  }
}

void Progress::finish() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!finished_) {
    finished_ = true;
    if (total_ > 0 || done_ > 0) {
      draw(true);
    }
  }
}

void Progress::draw(bool final) {
  drawn_ = Clock::now();
  const double elapsed = seconds_between(start_, drawn_);
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0.0;
  const std::string count =
      format_text("%ld/%ld  ", static_cast<long>(done_), static_cast<long>(total_));
  const std::string speed = format_text("%.1f %s/s  ", rate, unit_.c_str());
  std::string time = format_duration(elapsed) + " taken";
  if (!final) {
    time = rate > 0 ? format_duration(static_cast<double>(total_ - done_) / rate) + " left" : "";
  }
  if (!note_.empty()) {
    time += "  " + note_;
  }
  std::string tail = count + speed + time;
  if (!terminal_) {
    std::fprintf(stderr, "%s  %s\n", title_.c_str(), tail.c_str());
    return;
  }
  const size_t width = terminal_width() - 1;
  std::string line = title_ + "  ";
  const size_t with_speed = line.size() + tail.size() + 4;
  if (with_speed + kSmallestBar > width && !note_.empty()) {
    tail = count + time;  // rather a bar and the note than the speed, which the note may have too
  }
  const size_t needed = line.size() + tail.size() + 4;
  if (needed + kSmallestBar <= width) {
    const size_t bar = std::min<size_t>(width - needed, 30);
    const double share =
        total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 1.0;
    const auto filled = static_cast<size_t>(std::lround(share * static_cast<double>(bar)));
    line += "[" + std::string(filled, '=') + std::string(bar - filled, ' ') + "]  ";
  }
  line = (line + tail).substr(0, width);
  std::fprintf(stderr, final ? "\r\033[K%s\n" : "\r\033[K%s", line.c_str());
}

}  // namespace sotto
