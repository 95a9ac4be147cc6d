// Transcripts and texts to score, by the first byte: CTM, JSON, trn, lines. What is read can be
// written, fused with itself, and read again.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/error.h"
#include "decoding/rover_clips.h"
#include "decoding/transcript_reader.h"
#include "experiments/score_files.h"

namespace {

using sotto::decoding::Transcript;

void need(bool truth) {
  if (!truth) {
    std::abort();
  }
}

size_t word_count(const std::vector<Transcript>& clips) {
  size_t count = 0;
  for (const Transcript& clip : clips) {
    count += clip.words.size();
  }
  return count;
}

void use(const std::vector<Transcript>& clips) {
  const std::string ctm = sotto::decoding::write_ctm(clips);
  need(word_count(sotto::decoding::parse_ctm(ctm, "ctm")) == word_count(clips));
  for (const Transcript& clip : clips) {
    for (const sotto::decoding::Word& word : clip.words) {
      need(word.start >= 0 && word.end >= word.start && !word.word.empty());
      need(std::isnan(word.confidence) || (word.confidence >= 0 && word.confidence <= 1));
    }
    sotto::decoding::write_srt(clip);
    sotto::decoding::write_vtt(clip);
    sotto::decoding::write_textgrid(clip);
  }
  const auto fused = sotto::decoding::rover_clips(
      {{"a", clips}, {"b", clips}}, sotto::decoding::RoverUnits::kCharacters);
  need(fused.clips.size() == clips.size() && fused.remarks.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0]) {
      case 'c':
        use(sotto::decoding::parse_ctm(text, "ctm"));
        break;
      case 'j':
        use(sotto::decoding::parse_transcript_json(text, "json"));
        break;
      case 't':
        for (const auto& [id, words] : sotto::experiments::parse_trn(text, "trn")) {
          need(!id.empty() && words.find("  ") == std::string::npos);
        }
        break;
      default:
        for (const auto& line : sotto::experiments::parse_id_lines(text, "lines")) {
          need(!line.first.empty());
        }
    }
  } catch (const sotto::Error&) {
  }
  return 0;
}
