#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace sotto {

/// Writes down what passes between the parts of a network while it computes: name and tensor, in
/// order. A part calls `note_stage` wherever somebody may want to look; without a recorder on this
/// thread that costs one comparison.
///
///     StageRecorder recorder;
///     model.encode(...);
///     recorder.stages();   // {"frontend", (B, T, 512)}, {"encoder.embed.x", ...}, ...
///
/// One made `with_insides` is also given what is seldom wanted and large, attention weights and
/// feature maps, and keeps every tensor in its graph, so that gradients can be taken.
class StageRecorder {
 public:
  using Stage = std::pair<std::string, at::Tensor>;

  explicit StageRecorder(bool with_insides = false);
  ~StageRecorder();
  StageRecorder(const StageRecorder&) = delete;
  StageRecorder& operator=(const StageRecorder&) = delete;

  const std::vector<Stage>& stages() const { return stages_; }

 private:
  friend void note_stage(const char* name, const at::Tensor& value);
  friend void note_inside(const char* name, const at::Tensor& value);
  friend class StageScope;

  std::vector<Stage> stages_;
  std::string prefix_;
  StageRecorder* outer_;
  bool with_insides_;
};

/// Puts `name.` or `name.index.` before the names of what is noted inside.
class StageScope {
 public:
  explicit StageScope(const char* name, int64_t index = -1);
  ~StageScope();
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;

 private:
  StageRecorder* recorder_;
  size_t length_ = 0;
};

/// Hands a stage to this thread's recorder, if there is one. An empty name is the scope's own.
void note_stage(const char* name, const at::Tensor& value);
/// The same for a recorder that wants insides; others do not hear of it.
void note_inside(const char* name, const at::Tensor& value);

}  // namespace sotto
