#include "datasets/splice.h"

#include <algorithm>
#include <cmath>

#include "datasets/augment.h"

namespace sotto::datasets {
namespace {

/// Clips of one key can follow each other: a talker's, with the same streams.
std::string key(const ManifestEntry& entry, const std::string& word, size_t place) {
  return entry.talker + "\n" + word + "\n" + std::to_string(place) + (entry.frames > 0 ? " lips" : "") +
         (entry.samples > 0 ? " sound" : "");
}

/// The frame at which a word ends.
int64_t border_frame(const Utterance& utterance, size_t word) {
  const auto frame = std::llround(utterance.words[word].end_s * kFramesPerSecond);
  return std::clamp<int64_t>(frame, 1, frame_count(utterance));
}

}  // namespace

Splicer::Splicer(
    std::shared_ptr<ClipCache> clips, const std::vector<const ManifestEntry*>& entries)
    : clips_(std::move(clips)), entries_(entries) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    const auto& words = entries_[i]->words;
    for (size_t place = 0; place + 1 < words.size(); ++place) {
      by_word_[key(*entries_[i], words[place].word, place)].push_back(i);
    }
  }
}

size_t Splicer::draw(
    size_t member, const std::string& word, size_t place, Random& random) const {
  const auto found = by_word_.find(key(*entries_[member], word, place));
  if (found == by_word_.end()) {
    return member;
  }
  const auto& candidates = found->second;
  return candidates[static_cast<size_t>(random.below(static_cast<int64_t>(candidates.size())))];
}

Utterance Splicer::join(size_t member, double border, Random& random) const {
  auto current = clips_->get(*entries_[member]);
  if (current->words.size() < 2) {
    return *current;
  }
  Utterance joined;
  std::string text;
  size_t clip = member;
  int64_t from = 0;
  for (size_t place = 0;; ++place) {
    const std::string& word = current->words[place].word;
    text += (place == 0 ? "" : " ") + word;
    const bool last = place + 1 >= current->words.size();
    const bool change = !last && random.chance(border);
    const size_t target = change ? draw(clip, word, place, random) : clip;
    if (!last && target == clip) {
      continue;
    }
    const int64_t frames = frame_count(*current);
    const int64_t to = last ? frames : std::max(from + 1, border_frame(*current, place));
    if (from < frames) {
      Utterance piece = cut(*current, from, std::min(to, frames) - from);
      if (joined.id.empty()) {
        joined = std::move(piece);
      } else {
        append(joined, piece);
      }
    }
    if (last) {
      break;
    }
    clip = target;
    current = clips_->get(*entries_[clip]);
    from = std::min(border_frame(*current, place), frame_count(*current) - 1);
  }
  joined.text = text;
  return joined;
}

}  // namespace sotto::datasets
