#include "decoding/rover.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "common/error.h"
#include "common/letter_case.h"
#include "decoding/rover_network.h"
#include "decoding/rover_sections.h"

namespace sotto::decoding {
namespace {

constexpr size_t kMostSystems = 255;

/// Equal words get equal numbers.
class Numbering {
 public:
  RoverVote vote(const Word& word) {
    const auto next = static_cast<int64_t>(ids_.size());
    return {ids_.emplace(in_lower_case(word.word), next).first->second, &word};
  }

 private:
  std::unordered_map<std::string, int64_t> ids_;
};

/// What was said for one word, or for none, in a slot.
struct Candidate {
  RoverVote first;  // the earliest vote
  double votes = 0;
  double start = 0;  // sums over the votes
  double end = 0;
  double confidence = 0;
  double highest = 0;  // confidence
  bool known = true;   // every confidence
};

/// In float as NIST's program keeps those of words, so that ties fall alike.
double confidence_of(const RoverVote& vote, double null_confidence) {
  if (vote.word == nullptr) {
    return null_confidence;
  }
  const auto confidence = static_cast<float>(vote.word->confidence);
  return std::isnan(confidence) ? 0 : confidence;
}

std::vector<Candidate> candidates_of(const RoverNetwork::Slot& slot, double null_confidence) {
  std::vector<Candidate> candidates;
  for (const RoverVote& vote : slot) {
    auto candidate = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& c) {
      return c.first.id == vote.id;
    });
    if (candidate == candidates.end()) {
      candidates.push_back({vote});
      candidate = candidates.end() - 1;
    }
    candidate->votes += 1;
    if (vote.word != nullptr) {
      candidate->start += vote.word->start;
      candidate->end += vote.word->end;
      candidate->known = candidate->known && !std::isnan(vote.word->confidence);
    }
    const double confidence = confidence_of(vote, null_confidence);
    candidate->confidence += confidence;
    candidate->highest = std::max(candidate->highest, confidence);
  }
  return candidates;
}

/// The operations are in the order of NIST's program: the last bit decides some ties.
double score_of(
    const Candidate& candidate, double votes, double slot_sum, const RoverOptions& options) {
  const double frequency = options.alpha * (candidate.votes / votes);
  const double rest = 1 - options.alpha;
  switch (options.method) {
    case RoverMethod::kFrequency:
      return frequency + rest * (candidate.confidence / candidate.votes);
    case RoverMethod::kAverage:
      return frequency + (slot_sum > 0 ? rest * candidate.confidence / slot_sum : 0);
    case RoverMethod::kMaximum:
      return frequency + rest * candidate.highest;
  }
  return 0;
}

/// The candidate with the highest score; of equals the first.
const Candidate& winner(
    const std::vector<Candidate>& candidates,
    double votes,
    double slot_sum,
    const RoverOptions& options) {
  const Candidate* best = nullptr;
  double best_score = -1;
  for (const Candidate& candidate : candidates) {
    const double score = score_of(candidate, votes, slot_sum, options);
    if (score > best_score) {
      best = &candidate;
      best_score = score;
    }
  }
  return *best;
}

void vote_on(
    const RoverNetwork::Slot& slot, const RoverOptions& options, std::vector<Word>& fused) {
  const std::vector<Candidate> candidates = candidates_of(slot, options.null_confidence);
  const auto votes = static_cast<double>(slot.size());
  double slot_sum = 0;
  for (const RoverVote& vote : slot) {
    slot_sum += confidence_of(vote, options.null_confidence);
  }
  const Candidate& best = winner(candidates, votes, slot_sum, options);
  if (best.first.word != nullptr) {
    fused.push_back(
        {best.first.word->word,
         best.start / best.votes,
         best.end / best.votes,
         best.known ? best.confidence / best.votes : best.votes / votes});
  }
}

RoverNetwork network_of(
    const std::vector<std::vector<Word>>& systems, const RoverSection& section) {
  Numbering numbering;
  RoverNetwork network;
  for (size_t k = 0; k < systems.size(); ++k) {
    std::vector<RoverVote> words;
    for (size_t i = section.begin[k]; i < section.end[k]; ++i) {
      words.push_back(numbering.vote(systems[k][i]));
    }
    network.add(words);
  }
  return network;
}

}  // namespace

std::vector<Word> rover(
    const std::vector<std::vector<Word>>& systems, const RoverOptions& options) {
  if (systems.size() > kMostSystems) {
    throw DataError("rover: " + std::to_string(systems.size()) + " systems; 255 at most");
  }
  std::vector<Word> fused;
  for (const RoverSection& section : rover_sections(systems)) {
    const RoverNetwork network = network_of(systems, section);
    for (const RoverNetwork::Slot& slot : network.slots()) {
      vote_on(slot, options, fused);
    }
  }
  return fused;
}

}  // namespace sotto::decoding
