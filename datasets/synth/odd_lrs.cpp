#include "datasets/synth/odd_lrs.h"

#include <algorithm>

#include "datasets/synth/layout_text.h"

namespace sotto::datasets::synth {
namespace {

constexpr int64_t kLongSentences = 9;  // more than 16 s, where pretrain is cut

bool in_clip(const std::string& kind) {
  return kind == "no_sound" || kind == "one_frame" || kind == "long" || kind == "doubled_folder";
}

}  // namespace

PlannedClip odd_lrs_clip(const OddLrs& odd, SentenceSource& sentences) {
  PlannedClip clip;
  clip.odd.kind = odd.kind;
  clip.written = odd.written != nullptr    ? odd.written
                 : clip.odd.kind == "long" ? several(sentences, kLongSentences)
                                           : sentences.next();
  clip.spoken = without_tags(clip.written);
  if (odd.written != nullptr) {
    // Capitals would be spelled.
    std::transform(clip.spoken.begin(), clip.spoken.end(), clip.spoken.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  }
  clip.sound = clip.odd.kind != "no_sound";
  clip.most_frames = clip.odd.kind == "one_frame" ? 1 : 0;
  if (odd.read) {
    clip.odd.expected = capital_words(without_tags(clip.written));
  }
  return clip;
}

void finish_odd_lrs(PlannedClip& clip, const std::string& path) {
  const std::string& kind = clip.odd.kind;
  if (!in_clip(kind)) {
    clip.odd.file = path.substr(0, path.rfind('.')) + ".txt";
  }
  if (kind == "tag" || kind == "tags" || kind == "empty_text" || kind == "latin1") {
    clip.odd.line = 1;
  }
}

std::string odd_word_table(const std::string& kind, const std::vector<WordTime>& words) {
  std::vector<WordTime> rows = words;
  if (kind == "tag_in_table" && rows.size() > 2) {
    rows.insert(rows.begin() + 2, {"{NS}", rows[1].end_s, rows[2].start_s});
  }
  std::string table = word_table(rows, true);
  if (kind == "bad_row") {  // the second word lacks its score
    const size_t first = table.find('\n', table.find('\n') + 1);
    const size_t end = table.find('\n', first + 1);
    table.erase(table.rfind(' ', end), end - table.rfind(' ', end));
  }
  return table;
}

}  // namespace sotto::datasets::synth
