#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/files.h"
#include "experiments/peers/checkpoint_tensor.h"

namespace sotto::experiments {

/// The state dict of a file that torch.save wrote, in either of its two formats: memory-mapped,
/// nothing copied and nothing in it executed. Only the storages of the state dict are looked at;
/// what else a training checkpoint holds (optimizer, loops, hyper-parameters) is stepped over.
class CheckpointFile {
 public:
  /// @throws CheckpointError if it is no checkpoint, is damaged or holds no tensors; DataError if
  /// it
  ///         cannot be read.
  explicit CheckpointFile(const std::string& path);

  /// Names and tensors in the file's order, wrappers seen through: the dict may lie in `state_dict`
  /// (Lightning: names that begin with "model." are kept and lose it), `model_state_dict` or
  /// `model`; a "module." or "model." before every name is dropped. Entries that are no tensors, or
  /// made by classes that sotto does not know, are left out. Names are printable ASCII.
  const std::vector<std::pair<std::string, CheckpointTensor>>& tensors() const { return tensors_; }
  /// The key that the state dict lay in ("" if in none): for people.
  const std::string& wrapper() const { return wrapper_; }
  /// Keeps the map alive for views into it.
  const std::shared_ptr<MappedFile>& mapped() const { return file_; }

 private:
  std::shared_ptr<MappedFile> file_;
  std::string wrapper_;
  std::vector<std::pair<std::string, CheckpointTensor>> tensors_;
};

}  // namespace sotto::experiments
