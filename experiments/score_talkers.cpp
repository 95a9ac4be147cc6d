#include "experiments/score_talkers.h"

#include <map>

#include "common/error.h"
#include "common/files.h"
#include "experiments/score_files.h"

namespace sotto::experiments {

std::string talker_of(const std::string& id) {
  const size_t hyphen = id.find('-');
  const size_t end = hyphen == std::string::npos ? id.find('_') : hyphen;
  return end == std::string::npos ? "" : id.substr(0, end);
}

void name_talkers(std::vector<ScoredText>& texts) {
  for (ScoredText& text : texts) {
    text.talker = talker_of(text.id);
    if (text.talker.empty()) {
      throw DataError(
          "score: " + text.id +
          ": expected TALKER-UTTERANCE or TALKER_UTTERANCE; give a file of id<tab>talker lines");
    }
  }
}

void name_talkers(std::vector<ScoredText>& texts, const std::string& path) {
  const std::vector<ScoreLine> lines = parse_id_lines(read_file(path), path);
  const std::map<std::string, std::string> talkers(lines.begin(), lines.end());
  for (ScoredText& text : texts) {
    const auto found = talkers.find(text.id);
    if (found == talkers.end() || found->second.empty()) {
      throw DataError(path + ": no talker of " + text.id);
    }
    text.talker = found->second;
  }
}

}  // namespace sotto::experiments
