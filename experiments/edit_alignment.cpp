#include "experiments/edit_alignment.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "common/error.h"

namespace sotto::experiments {
namespace {

struct Weights {
  int64_t substitution;
  int64_t gap;
  bool insertion_first;  // of an insertion and a deletion that are equally cheap
};

Weights weights_of(EditCosts costs) {
  return costs == EditCosts::kSclite ? Weights{4, 3, true} : Weights{1, 1, false};
}

enum class Step : uint8_t { kDiagonal, kDeletion, kInsertion };

struct Choice {
  int64_t cost;
  Step step;
};

/// The order of the comparisons is the documented order of preference.
Choice cheapest(int64_t diagonal, int64_t deletion, int64_t insertion, bool insertion_first) {
  Choice best = {diagonal, Step::kDiagonal};
  if (deletion < best.cost) {
    best = {deletion, Step::kDeletion};
  }
  if (insertion < best.cost ||
      (insertion_first && insertion == deletion && best.step == Step::kDeletion)) {
    best = {insertion, Step::kInsertion};
  }
  return best;
}

/// Equal units get equal numbers, so that the inner loop compares integers.
class Numbering {
 public:
  std::vector<int64_t> of(const std::vector<std::string>& units) {
    std::vector<int64_t> numbers;
    numbers.reserve(units.size());
    for (const std::string& unit : units) {
      numbers.push_back(known_.emplace(unit, static_cast<int64_t>(known_.size())).first->second);
    }
    return numbers;
  }

 private:
  std::unordered_map<std::string_view, int64_t> known_;
};

/// A cell of the table: the cheapest way here and what it is made of.
struct Cell {
  int64_t cost = 0;
  EditCounts counts;
};

Cell step_to(const Cell& diagonal, const Cell& above, const Cell& left, bool equal, Weights w) {
  const Choice choice = cheapest(
      diagonal.cost + (equal ? 0 : w.substitution),
      above.cost + w.gap,
      left.cost + w.gap,
      w.insertion_first);
  Cell cell;
  switch (choice.step) {
    case Step::kDiagonal:
      cell.counts = diagonal.counts;
      ++(equal ? cell.counts.correct : cell.counts.substitutions);
      break;
    case Step::kDeletion:
      cell.counts = above.counts;
      ++cell.counts.deletions;
      break;
    case Step::kInsertion:
      cell.counts = left.counts;
      ++cell.counts.insertions;
      break;
  }
  cell.cost = choice.cost;
  return cell;
}

/// The step into every cell of the (n+1) x (m+1) table.
std::vector<Step> step_table(
    const std::vector<int64_t>& a, const std::vector<int64_t>& b, Weights w) {
  const size_t width = b.size() + 1;
  std::vector<Step> steps((a.size() + 1) * width, Step::kDeletion);
  std::vector<int64_t> row(width);
  for (size_t j = 1; j < width; ++j) {
    row[j] = static_cast<int64_t>(j) * w.gap;
    steps[j] = Step::kInsertion;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = static_cast<int64_t>(i) * w.gap;
    for (size_t j = 1; j < width; ++j) {
      const Choice choice = cheapest(
          diagonal + (a[i - 1] == b[j - 1] ? 0 : w.substitution),
          row[j] + w.gap,
          row[j - 1] + w.gap,
          w.insertion_first);
      diagonal = row[j];
      row[j] = choice.cost;
      steps[i * width + j] = choice.step;
    }
  }
  return steps;
}

}  // namespace

double EditCounts::rate() const {
  if (reference() == 0) {
    return errors() == 0 ? 0.0 : std::numeric_limits<double>::infinity();
  }
  return static_cast<double>(errors()) / static_cast<double>(reference());
}

EditCounts& EditCounts::operator+=(const EditCounts& other) {
  correct += other.correct;
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  return *this;
}

EditCounts count_edits(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& hypothesis,
    EditCosts costs) {
  const Weights w = weights_of(costs);
  Numbering numbering;
  const std::vector<int64_t> a = numbering.of(reference);
  const std::vector<int64_t> b = numbering.of(hypothesis);
  std::vector<Cell> row(b.size() + 1);
  for (size_t j = 1; j < row.size(); ++j) {
    row[j] = row[j - 1];
    row[j].cost += w.gap;
    ++row[j].counts.insertions;
  }
  for (const int64_t unit : a) {
    Cell diagonal = row[0];
    row[0].cost += w.gap;
    ++row[0].counts.deletions;
    for (size_t j = 1; j < row.size(); ++j) {
      const Cell cell = step_to(diagonal, row[j], row[j - 1], unit == b[j - 1], w);
      diagonal = row[j];
      row[j] = cell;
    }
  }
  return row.back().counts;
}

std::vector<AlignedUnit> align_edits(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& hypothesis,
    EditCosts costs) {
  constexpr size_t kLargestTable = 100'000'000;
  if (!hypothesis.empty() && reference.size() > kLargestTable / hypothesis.size()) {
    throw DataError(
        "alignment: " + std::to_string(reference.size()) + " by " +
        std::to_string(hypothesis.size()) + " units are too many; align shorter clips");
  }
  Numbering numbering;
  const std::vector<int64_t> a = numbering.of(reference);
  const std::vector<int64_t> b = numbering.of(hypothesis);
  const std::vector<Step> steps = step_table(a, b, weights_of(costs));
  std::vector<AlignedUnit> columns;
  for (size_t i = a.size(), j = b.size(); i > 0 || j > 0;) {
    const Step step = steps[i * (b.size() + 1) + j];
    AlignedUnit column;
    if (step != Step::kInsertion) {
      column.reference = reference[--i];
    }
    if (step != Step::kDeletion) {
      column.hypothesis = hypothesis[--j];
    }
    columns.push_back(std::move(column));
  }
  std::reverse(columns.begin(), columns.end());
  return columns;
}

}  // namespace sotto::experiments
