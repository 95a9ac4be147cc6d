#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "decoding/transcript.h"
#include "decoding/transcript_cues.h"

namespace sotto::decoding {
namespace {

std::string timestamp(double seconds, char decimal_mark) {
  const long long total = std::llround(std::max(seconds, 0.0) * 1000);
  std::array<char, 64> text{};
  std::snprintf(
      text.data(),
      text.size(),
      "%02lld:%02lld:%02lld%c%03lld",
      total / 3600000,
      total / 60000 % 60,
      total / 1000 % 60,
      decimal_mark,
      total % 1000);
  return text.data();
}

std::string times(const Cue& cue, char decimal_mark) {
  return timestamp(cue.start, decimal_mark) + " --> " + timestamp(cue.end, decimal_mark) + "\n";
}

/// SubRip has no way to spell the arrow of its times in a text.
std::string without_arrows(std::string text) {
  for (size_t at = text.find("-->"); at != std::string::npos; at = text.find("-->", at > 0 ? at - 1 : 0)) {
    text.erase(at, 1);
  }
  return text;
}

/// WebVTT reads markup: these three characters have to be spelled out.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return result;
}

}  // namespace

std::string write_srt(const Transcript& transcript) {
  std::string text;
  int64_t number = 0;
  for (const Cue& cue : subtitle_cues(transcript.words)) {
    text += std::to_string(++number) + "\n" + times(cue, ',');
    for (const std::string& line : cue.lines) {
      text += without_arrows(line) + "\n";
    }
    text += "\n";
  }
  return text;
}

std::string write_vtt(const Transcript& transcript) {
  std::string text = "WEBVTT\n\n";
  for (const Cue& cue : subtitle_cues(transcript.words)) {
    text += times(cue, '.');
    for (const std::string& line : cue.lines) {
      text += escaped(line) + "\n";
    }
    text += "\n";
  }
  return text;
}

}  // namespace sotto::decoding
