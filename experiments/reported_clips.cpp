#include "experiments/reported_clips.h"

#include <cmath>

namespace sotto::experiments {

std::vector<decoding::Transcript> clips_of_report(
    std::string_view json, const ReportPath& path) {
  std::vector<decoding::Transcript> clips;
  for (const ScoredText& text : parse_evaluation_report(json, path).texts) {
    decoding::Transcript clip;
    clip.id = text.name();
    clip.path = clip.id;
    clip.text = text.hypothesis;
    for (const std::string& word : split_words(text.hypothesis)) {
      const auto place = static_cast<double>(clip.words.size());
      clip.words.push_back({word, place, place + 1, std::nan("")});
    }
    clips.push_back(std::move(clip));
  }
  return clips;
}

}  // namespace sotto::experiments
