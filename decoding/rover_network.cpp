#include "decoding/rover_network.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/error.h"

namespace sotto::decoding {
namespace {

// The costs of NIST's program, in float as there, so that ties fall alike.
constexpr float kGap = 3.0F;                   // a word that has no partner
constexpr float kNullGap = 0.001F;             // no word that has no partner
constexpr float kDifferent = 4.0F;             // a word beside another
constexpr float kNullBesideWord = 1.0F;        // no word beside a word
constexpr size_t kLargestTable = 400'000'000;  // cells, two bytes each

float cost_of_gap(const RoverVote& vote) {
  return vote.word == nullptr ? kNullGap : kGap;
}

float cost_of_pair(const RoverVote& vote, const RoverVote& word) {
  if (vote.word == nullptr) {
    return kNullBesideWord;
  }
  return vote.id == word.id ? 0.0F : kDifferent;
}

enum class Step : uint8_t { kPair, kDeletion, kInsertion };

/// How the cheapest path comes into a cell: by which step, from which vote of the slot before.
struct Back {
  Step step = Step::kInsertion;
  uint8_t vote = 0;
};

struct Cheapest {
  float cost;
  uint8_t vote;
};

/// The table of an alignment: a row for each vote of each slot, as paths may run through any of
/// them, and a column for each word. The first row is the way along the words before any slot.
class Table {
 public:
  Table(const std::vector<RoverNetwork::Slot>& slots, const std::vector<RoverVote>& words)
      : slots_(slots), words_(words), width_(words.size() + 1) {
    size_t rows = 1;
    for (const RoverNetwork::Slot& slot : slots) {
      first_row_.push_back(rows);
      rows += slot.size();
    }
    if (rows > kLargestTable / width_) {
      throw DataError(
          "rover: " + std::to_string(slots.size()) + " by " + std::to_string(words.size()) +
          " words without a pause of a second that all systems share are too many; cut the clip");
    }
    back_.resize(rows * width_);
    before_.resize(1);
    before_[0].resize(width_);
    for (size_t j = 1; j < width_; ++j) {
      before_[0][j] = before_[0][j - 1] + cost_of_gap(words[j - 1]);
    }
    for (size_t i = 0; i < slots.size(); ++i) {
      fill(i);
    }
  }

  /// The last vote of the cheapest path through all slots.
  uint8_t last_vote() const { return cheapest_before(width_ - 1).vote; }

  const Back& back(size_t slot, size_t vote, size_t column) const {
    return back_[(first_row_[slot] + vote) * width_ + column];
  }

 private:
  Cheapest cheapest_before(size_t column) const {
    Cheapest best = {before_[0][column], 0};
    for (size_t vote = 1; vote < before_.size(); ++vote) {
      if (before_[vote][column] < best.cost) {
        best = {before_[vote][column], static_cast<uint8_t>(vote)};
      }
    }
    return best;
  }

  void fill(size_t slot) {
    std::vector<std::vector<float>> rows(slots_[slot].size(), std::vector<float>(width_));
    std::vector<Cheapest> before(width_);
    for (size_t j = 0; j < width_; ++j) {
      before[j] = cheapest_before(j);
    }
    for (size_t vote = 0; vote < rows.size(); ++vote) {
      Back* back = &back_[(first_row_[slot] + vote) * width_];
      const RoverVote& here = slots_[slot][vote];
      const float gap = cost_of_gap(here);
      std::vector<float>& row = rows[vote];
      row[0] = before[0].cost + gap;
      back[0] = {Step::kDeletion, before[0].vote};
      for (size_t j = 1; j < width_; ++j) {
        const float pair = before[j - 1].cost + cost_of_pair(here, words_[j - 1]);
        const float deletion = before[j].cost + gap;
        const float insertion = row[j - 1] + cost_of_gap(words_[j - 1]);
        if (pair <= deletion && pair <= insertion) {
          row[j] = pair;
          back[j] = {Step::kPair, before[j - 1].vote};
        } else if (deletion < insertion) {
          row[j] = deletion;
          back[j] = {Step::kDeletion, before[j].vote};
        } else {
          row[j] = insertion;
          back[j] = {Step::kInsertion, 0};
        }
      }
    }
    before_ = std::move(rows);
  }

  const std::vector<RoverNetwork::Slot>& slots_;
  const std::vector<RoverVote>& words_;
  size_t width_;
  std::vector<size_t> first_row_;           // of each slot
  std::vector<std::vector<float>> before_;  // costs of the slot that was filled last
  std::vector<Back> back_;
};

}  // namespace

void RoverNetwork::add(const std::vector<RoverVote>& words) {
  const Table table(slots_, words);
  std::vector<Slot> backwards;
  size_t slot = slots_.size();
  size_t column = words.size();
  uint8_t vote = table.last_vote();
  while (slot > 0 || column > 0) {
    const Back back = slot == 0 ? Back() : table.back(slot - 1, vote, column);
    if (back.step == Step::kInsertion) {
      Slot fresh(systems_ + 1);
      fresh[0] = words[--column];  // before those who say nothing, as NIST's program has it
      backwards.push_back(std::move(fresh));
      continue;
    }
    Slot grown = std::move(slots_[--slot]);
    grown.push_back(back.step == Step::kPair ? words[--column] : RoverVote());
    backwards.push_back(std::move(grown));
    vote = back.vote;
  }
  std::reverse(backwards.begin(), backwards.end());
  slots_ = std::move(backwards);
  ++systems_;
}

}  // namespace sotto::decoding
