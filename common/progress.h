#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace sotto {

/// Progress of a long job on stderr: a bar with rate and time left on a terminal (redrawn in place,
/// cut to its width; where bar and note leave no room, the rate is left out), one plain line every
/// `quiet_interval_s` seconds elsewhere. Safe to call from several threads.
///
///     train 3/20  [=====>      ]  412/876  14.8 utt/s  0:31 left  loss 1.24
class Progress {
 public:
  /// @param title shown first.
  /// @param unit  what `total` counts, such as "clips".
  Progress(std::string title, int64_t total, std::string unit, double quiet_interval_s = 20.0);
  ~Progress();

  /// Adds finished units. `note` is shown at the end of the line until replaced.
  void advance(int64_t units = 1);
  void advance(int64_t units, const std::string& note);

  /// Clears the bar so that a line can be printed, prints it to stderr, and goes on.
  void print(const std::string& line);

  /// Draws the last state and ends the line. Called by the destructor too.
  void finish();

 private:
  void draw(bool final);
  void advance_locked(int64_t units);

  std::mutex mutex_;
  std::string title_;
  std::string unit_;
  std::string note_;
  int64_t total_;
  int64_t done_ = 0;
  double quiet_interval_s_;
  bool terminal_;
  bool finished_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
};

/// "0:07", "12:31" or "3:04:09".
std::string format_duration(double seconds);

}  // namespace sotto
