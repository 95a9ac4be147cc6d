#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "datasets/synth/layout.h"
#include "datasets/synth/synth.h"

namespace sotto::datasets::synth {

/// The clips of one run of `synthesise`, shared out over threads.
class SynthRun {
 public:
  SynthRun(
      const SynthOptions& options,
      const std::string& language,
      const Layout& layout,
      const std::vector<PlannedClip>& clips,
      const SynthCallbacks& callbacks)
      : options_(options),
        language_(language),
        layout_(layout),
        clips_(clips),
        callbacks_(callbacks) {}

  /// Makes the clips that are not there. Rethrows what stopped it.
  void work(SynthReport& report);

 private:
  void work_thread();
  void do_clip(const PlannedClip& clip);
  /// @return seconds of the clip
  double make(const PlannedClip& clip) const;

  const SynthOptions& options_;
  const std::string& language_;
  const Layout& layout_;
  const std::vector<PlannedClip>& clips_;
  const SynthCallbacks& callbacks_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
  SynthReport counts_;
};

/// What is odd in the bytes of a text file.
std::string odd_bytes(const std::string& kind, std::string text);

}  // namespace sotto::datasets::synth
