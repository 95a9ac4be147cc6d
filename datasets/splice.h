#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/random.h"
#include "datasets/clip_cache.h"

namespace sotto::datasets {

/// Joins new sentences from clips with word times: where two clips of a talker have the same word
/// at the same place, a sentence can go on in the other one behind it. Cutting behind an equal word
/// keeps the transition out of it natural.
class Splicer {
 public:
  Splicer(std::shared_ptr<ClipCache> clips, const std::vector<const ManifestEntry*>& entries);

  /// The sentence that begins with entry `member`; at each word border it changes clips with
  /// probability `border`. A clip without word times comes back whole.
  Utterance join(size_t member, double border, Random& random) const;

 private:
  /// Another entry to go on with after `word` at `place`, or `member` itself.
  size_t draw(
      size_t member, const std::string& word, size_t place, Random& random) const;

  std::shared_ptr<ClipCache> clips_;
  std::vector<const ManifestEntry*> entries_;
  std::unordered_map<std::string, std::vector<size_t>> by_word_;  ///< see key() in the source
};

}  // namespace sotto::datasets
