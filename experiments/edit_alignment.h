#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// What the alignment of reference and hypothesis minimises.
enum class EditCosts {
  kUniform,  ///< 1 each: the fewest edits (Levenshtein); what WER and CER are defined by
  kSclite,   ///< substitution 4, insertion and deletion 3: NIST sclite's split of the errors
};

/// How a reference became a hypothesis; sums over clips are sums of these.
struct EditCounts {
  int64_t correct = 0;
  int64_t substitutions = 0;
  int64_t deletions = 0;
  int64_t insertions = 0;

  int64_t reference() const { return correct + substitutions + deletions; }
  int64_t errors() const { return substitutions + deletions + insertions; }
  /// Errors per reference unit. An empty reference counts no units: 0 without errors, else
  /// infinity.
  double rate() const;
  EditCounts& operator+=(const EditCounts& other);
};

/// Counts of the cheapest alignment. Of equally cheap ones, looking from the end, a match or
/// substitution is taken before a deletion before an insertion (with sclite's costs, as there, an
/// insertion before a deletion): this decides the split, never the cost. Memory grows with the hypothesis alone.
EditCounts count_edits(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& hypothesis,
    EditCosts costs = EditCosts::kUniform);

/// One column of an alignment; an empty side is a deletion or an insertion.
struct AlignedUnit {
  std::string reference;
  std::string hypothesis;
};

/// The alignment that `count_edits` counts. Units must not be empty.
/// @throws DataError for texts beyond a hundred million pairs of units.
std::vector<AlignedUnit> align_edits(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& hypothesis,
    EditCosts costs = EditCosts::kUniform);

}  // namespace sotto::experiments
