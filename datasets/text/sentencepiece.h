#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// A SentencePiece model (Kudo and Richardson 2018, arXiv:1808.06226), used by the real library.
///
/// The library lives in a shared object of ours, opened in a linker namespace of its own, because
/// it brings a Protocol Buffers that does not bear the one of LibTorch in the same process.
class SentencePiece {
 public:
  /// @param model  the bytes of a `.model` file.
  /// @throws DataError if they are none, or if the shared object is missing.
  explicit SentencePiece(std::string model);

  /// The pieces of a text, U+2581 for a blank; what the model does not know stands as it is,
  /// neighbours joined. Safe to call from several threads.
  std::vector<std::string> encode(std::string_view text) const;

  const std::string& model() const { return model_; }

 private:
  std::string model_;
  std::shared_ptr<void> processor_;
};

/// The bytes of a `.model` file, at most 64 MiB. @throws DataError if it cannot be read.
std::string read_sentencepiece_model(const std::string& path);

}  // namespace sotto::datasets
