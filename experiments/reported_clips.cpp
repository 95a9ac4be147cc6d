#include "experiments/reported_clips.h"

#include <cmath>

#include "common/files.h"
#include "experiments/score_reports.h"

namespace sotto::experiments {

std::vector<decoding::Transcript> clips_of_report(const std::string& path) {
  const ReportPath report = ReportPath::parse(path);
  std::vector<decoding::Transcript> clips;
  for (const ScoredText& text : parse_evaluation_report(read_file(report.file), report).texts) {
    decoding::Transcript clip;
    clip.id = text.id;
    clip.path = text.id;
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
