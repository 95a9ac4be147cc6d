#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/tensor_file.h"
#include "experiments/checkpoint.h"
#include "experiments/model_file.h"
#include "experiments/recipe.h"
#include "experiments/report/run_log.h"

namespace sotto::experiments {

/// What a training leaves behind; see trainer.h. Files appear whole or not at all.
class RunFolder {
 public:
  explicit RunFolder(std::string path);

  const std::string& path() const { return path_; }
  /// @throws ConfigError if the folder has a run and it is not to be resumed.
  void check(bool resume) const;
  bool exists() const;
  void make() const;
  /// Removes what a killed process left, and writes the recipe. Nobody else may be training into it.
  void begin(Recipe& recipe) const;
  /// Like `begin`, and says what changed in the recipe of the run that goes on.
  /// @param same_vocabulary  known to be; else another tokenizer is refused
  /// @throws ConfigError if that is its network or its seed.
  void go_on(Recipe& recipe, bool same_vocabulary) const;

  std::string checkpoint() const { return inside("checkpoints/last.safetensors"); }
  bool has_checkpoint() const;
  double minutes_since_save() const;
  /// To be called behind each checkpoint.
  void saved();

  /// Opens the log. To be called before it is written to.
  RunLog& open_log();
  RunLog& log() { return *log_; }
  bool has_log() const { return log_ != nullptr; }

  /// Weights of the last epochs of a stage, oldest first.
  std::vector<std::string> epochs(const TrainingState& state) const;
  /// Keeps the weights of the state's epoch and of the `count` - 1 before it.
  void keep_epoch(const TrainingState& state, const TensorMap& weights, int64_t count);

  /// Writes last.safetensors, and best.safetensors too if it is the best.
  void write_models(const TensorMap& weights, const ModelCard& card, bool best);

 private:
  std::string inside(const std::string& name) const;

  std::string path_;
  std::chrono::steady_clock::time_point saved_;
  std::unique_ptr<RunLog> log_;
};

}  // namespace sotto::experiments
