#include "decoding/transcript.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "decoding/transcript_reader.h"

namespace sotto::decoding {

std::string write_text(const std::vector<Transcript>& transcripts) {
  if (transcripts.size() == 1) {
    return transcripts.front().text + "\n";
  }
  std::string text;
  for (const Transcript& transcript : transcripts) {
    text += transcript.path + "\t" + transcript.text + "\n";
  }
  return text;
}

std::string write_ctm(const std::vector<Transcript>& transcripts) {
  std::vector<const Transcript*> sorted;
  sorted.reserve(transcripts.size());
  for (const Transcript& transcript : transcripts) {
    sorted.push_back(&transcript);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Transcript* a, const Transcript* b) {
    return std::make_pair(ctm_name(a->id), a->channel) <
           std::make_pair(ctm_name(b->id), b->channel);
  });
  std::string text;
  for (const Transcript* transcript : sorted) {
    for (const Word& word : transcript->words) {
      std::array<char, 96> times{};
      std::snprintf(times.data(), times.size(), " %.3f %.3f ", word.start, word.end - word.start);
      std::array<char, 32> confidence{};
      std::snprintf(confidence.data(), confidence.size(), " %.4f", word.confidence);
      text += ctm_name(transcript->id) + " " + ctm_name(transcript->channel) + times.data() +
              word.word + (std::isnan(word.confidence) ? "" : confidence.data()) + "\n";
    }
  }
  return text;
}

}  // namespace sotto::decoding
