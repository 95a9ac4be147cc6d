#include "experiments/score_alignment.h"

#include <algorithm>

#include "common/letter_case.h"
#include "decoding/transcript_text.h"
#include "experiments/edit_alignment.h"

namespace sotto::experiments {
namespace {

/// A blank is a unit of its own where characters are counted.
std::string visible(const std::string& unit) {
  return unit == " " ? "_" : unit;
}

struct Lines {
  std::string reference = "REF: ";
  std::string hypothesis = "HYP: ";
  std::string evaluation = "Eval:";

  void add(const AlignedUnit& column) {
    const bool equal = column.reference == column.hypothesis;
    std::string above = visible(column.reference);
    std::string below = visible(column.hypothesis);
    const size_t width = std::max(decoding::display_width(above), decoding::display_width(below));
    if (!equal) {
      above = above.empty() ? std::string(width, '*') : in_capitals(above);
      below = below.empty() ? std::string(width, '*') : in_capitals(below);
    }
    const char* letter = equal                       ? " "
                         : column.reference.empty()  ? "I"
                         : column.hypothesis.empty() ? "D"
                                                     : "S";
    append(reference, above, width);
    append(hypothesis, below, width);
    append(evaluation, letter, width);
  }

  static void append(std::string& line, const std::string& unit, size_t width) {
    line += " " + unit + std::string(width - decoding::display_width(unit), ' ');
  }

  static std::string trimmed(const std::string& line) {
    return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
};

}  // namespace

std::string format_alignment(const ScoredText& text, ScoreUnit unit, const ScoreOptions& options) {
  const auto reference = score_units(text.reference, unit, options);
  const auto hypothesis = score_units(text.hypothesis, unit, options);
  const EditCounts counts = count_edits(reference, hypothesis, options.costs);
  Lines lines;
  for (const AlignedUnit& column : align_edits(reference, hypothesis, options.costs)) {
    lines.add(column);
  }
  return "id: (" + text.id + ")\nScores: (#C #S #D #I) " + std::to_string(counts.correct) + " " +
         std::to_string(counts.substitutions) + " " + std::to_string(counts.deletions) + " " +
         std::to_string(counts.insertions) + "\n" + Lines::trimmed(lines.reference) +
         Lines::trimmed(lines.hypothesis) + Lines::trimmed(lines.evaluation) + "\n";
}

}  // namespace sotto::experiments
