#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// A checkpoint of another program and what lies beside it.
struct ImportOptions {
  std::string checkpoint;
  std::string out;           ///< the model file to write
  std::string config;        ///< empty: model.json or backbone.json beside the checkpoint, if any
  std::string units;         ///< empty: units.txt beside it, if it fits
  std::string sentencepiece; ///< empty: none; texts cannot be encoded then
  /// Bytes that the tensors may take when they are spread out: a small file can describe huge ones.
  uint64_t limit_bytes = uint64_t{8} << 30;
};

/// What an import found, for people.
struct ImportReport {
  std::string family;
  int64_t weights = 0;                  ///< parameters and running statistics
  std::vector<std::string> remarks;     ///< what was found beside the checkpoint
  std::vector<std::string> assumptions; ///< what neither tensors nor configuration say
};

/// Reads a checkpoint of a published code base (experiments/peers/family.h), derives the network from
/// its tensors and writes one model of sotto's. Nothing of the file is executed, and no tensor is
/// spread out before its name and shape were found to be the network's.
///
/// @throws CheckpointError listing names that are missing, unexpected or of another shape; DataError
///         for a configuration or units file that cannot be used or does not fit.
ImportReport import_checkpoint(const ImportOptions& options);

/// Writes a model as a plain checkpoint under its family's names, which the family's own code loads.
/// @throws CheckpointError, DataError.
void export_checkpoint(const std::string& model, const std::string& out);

}  // namespace sotto::experiments
