#include "experiments/report/log_time.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "common/format_text.h"

namespace sotto::experiments {

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string time_text(double unix_s) {
  const auto milliseconds = static_cast<int64_t>(std::floor(unix_s * 1000 + 0.5));
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm date = {};
  ::gmtime_r(&seconds, &date);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &date);
  return text + format_text(".%03dZ", static_cast<int>(milliseconds % 1000));
}

double parse_time(const std::string& text) {
  std::tm date = {};
  double seconds = 0;
  char zone = 0;
  if (std::sscanf(
          text.c_str(),
          "%4d-%2d-%2dT%2d:%2d:%lf%c",
          &date.tm_year,
          &date.tm_mon,
          &date.tm_mday,
          &date.tm_hour,
          &date.tm_min,
          &seconds,
          &zone) != 7 ||
      zone != 'Z') {
    return std::nan("");
  }
  date.tm_year -= 1900;
  date.tm_mon -= 1;
  return static_cast<double>(::timegm(&date)) + seconds;
}

}  // namespace sotto::experiments
