#include "decoding/rover_clips.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "common/error.h"
#include "decoding/transcript_reader.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

using ClipKey = std::pair<std::string, std::string>;  // id, channel

ClipKey key_of(const Transcript& clip) {
  return {ctm_name(clip.id), clip.channel};
}

std::string spelled(const Transcript& clip) {
  return clip.id + (clip.channel == "1" ? "" : " channel " + clip.channel);
}

/// The clips of all systems, each with what each system has of it (null: nothing).
class Clips {
 public:
  explicit Clips(const std::vector<RoverSystem>& systems) {
    for (size_t k = 0; k < systems.size(); ++k) {
      for (const Transcript& clip : systems[k].clips) {
        const auto [place, is_new] = places_.emplace(key_of(clip), rows_.size());
        if (is_new) {
          rows_.emplace_back(systems.size(), nullptr);
        }
        const Transcript*& entry = rows_[place->second][k];
        if (entry != nullptr) {
          throw DataError(systems[k].name + ": clip " + spelled(clip) + " is listed twice");
        }
        entry = &clip;
      }
    }
  }

  const std::vector<std::vector<const Transcript*>>& rows() const { return rows_; }

  /// A line about what a system lacks; empty if it has every clip.
  std::string remark_on(const std::string& name, size_t system) const {
    size_t missing = 0;
    std::string first;
    for (const auto& row : rows_) {
      if (row[system] == nullptr && ++missing == 1) {
        for (const Transcript* clip : row) {
          first = clip != nullptr && first.empty() ? spelled(*clip) : first;
        }
      }
    }
    if (missing == 0) {
      return "";
    }
    const std::string more = missing > 1 ? " and " + std::to_string(missing - 1) + " more" : "";
    return name + ": no clip " + first + more + "; it has no vote there";
  }

 private:
  std::vector<std::vector<const Transcript*>> rows_;
  std::map<ClipKey, size_t> places_;
};

std::vector<Word> in_characters(const std::vector<Word>& words) {
  std::vector<Word> characters;
  for (const Word& word : words) {
    const std::vector<std::string> parts = split_unspaced(word.word);
    const double share = (word.end - word.start) / static_cast<double>(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      const double start = word.start + static_cast<double>(i) * share;
      characters.push_back(
          {parts[i], start, i + 1 == parts.size() ? word.end : start + share, word.confidence});
    }
  }
  return characters;
}

void need_confidences(const RoverSystem& system) {
  for (const Transcript& clip : system.clips) {
    for (const Word& word : clip.words) {
      if (std::isnan(word.confidence)) {
        throw DataError(
            system.name + ": clip " + spelled(clip) + ": no confidence for '" + word.word +
            "'; without confidences only votes count (alpha 1)");
      }
    }
  }
}

Transcript fused_clip(
    const std::vector<const Transcript*>& row, RoverUnits units, const RoverOptions& options) {
  Transcript fused;
  std::vector<std::vector<Word>> systems;
  for (const Transcript* clip : row) {
    if (clip == nullptr) {
      continue;
    }
    if (systems.empty()) {
      fused.id = clip->id;
      fused.path = clip->path;
      fused.channel = clip->channel;
      fused.modality = clip->modality;
    }
    fused.duration = std::max(fused.duration, clip->duration);
    systems.push_back(units == RoverUnits::kCharacters ? in_characters(clip->words) : clip->words);
  }
  fused.words = rover(systems, options);
  fused.text = words_text(fused.words);
  return fused;
}

}  // namespace

FusedClips rover_clips(
    const std::vector<RoverSystem>& systems, RoverUnits units, const RoverOptions& options) {
  if (options.alpha < 1) {
    for (const RoverSystem& system : systems) {
      need_confidences(system);
    }
  }
  const Clips clips(systems);
  FusedClips fused;
  for (size_t k = 0; k < systems.size(); ++k) {
    const std::string remark = clips.remark_on(systems[k].name, k);
    if (!remark.empty()) {
      fused.remarks.push_back(remark);
    }
  }
  for (const auto& row : clips.rows()) {
    fused.clips.push_back(fused_clip(row, units, options));
  }
  return fused;
}

}  // namespace sotto::decoding
