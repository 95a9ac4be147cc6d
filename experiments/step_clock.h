#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sotto::experiments {

/// How fast training goes, and how much of the time it waits for data.
class StepClock {
 public:
  /// @param unit  what is counted, for people; frames below
  explicit StepClock(const char* unit = "frames");
  /// From here on a batch is waited for.
  void waits();
  /// The batch is there. @param frames  in it
  void computes(int64_t frames);

  /// "loss 1.234, 456 frames/s", for a progress bar; rates of the last ten seconds or so.
  std::string note(double loss);
  /// Of the steps since `start_line`: frames of this process a second, and the share of the time that
  /// was waited.
  double frames_per_s() const { return line_.frames / line_.seconds(); }
  double wait_share() const { return line_.waited_s / line_.seconds(); }
  void start_line();

 private:
  using Clock = std::chrono::steady_clock;
  struct Count {
    Clock::time_point begin;
    double waited_s = 0;
    double frames = 0;
    double seconds() const;
  };

  const char* unit_;
  Clock::time_point waiting_since_;
  Count line_;
  Count shown_;
  double shown_rate_ = 0;
};

}  // namespace sotto::experiments
