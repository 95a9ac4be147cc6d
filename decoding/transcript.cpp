#include "decoding/transcript.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sotto::decoding {
namespace {

/// CTM fields are parted by blanks, so a name must hold none.
std::string ctm_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c <= ' '; }, '_');
  return name.empty() ? "_" : name;
}

}  // namespace

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
    return ctm_name(a->id) < ctm_name(b->id);
  });
  std::string text;
  for (const Transcript* transcript : sorted) {
    for (const Word& word : transcript->words) {
      std::array<char, 96> times{};
      std::snprintf(times.data(), times.size(), " 1 %.3f %.3f ", word.start, word.end - word.start);
      std::array<char, 32> confidence{};
      std::snprintf(confidence.data(), confidence.size(), " %.4f\n", word.confidence);
      text += ctm_name(transcript->id) + times.data() + word.word + confidence.data();
    }
  }
  return text;
}

}  // namespace sotto::decoding
