#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "decoding/transcript.h"

namespace sotto::decoding {
namespace {

// Broadcasters' practice for Latin scripts.
constexpr size_t kLineLength = 42;        // characters
constexpr double kLongestCue = 7.0;       // seconds
constexpr double kShortestCue = 5.0 / 6;  // seconds
constexpr double kGapBetweenCues = 0.08;  // seconds: two frames
constexpr double kPause = 1.0;            // seconds of silence that end a cue

struct Cue {
  double start = 0;
  double end = 0;
  std::vector<std::string> lines;
};

size_t character_count(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

/// Adds a word to lines of at most kLineLength characters; false if a third line would be needed.
bool fits(std::vector<std::string>& lines, const std::string& word) {
  if (character_count(lines.back()) + 1 + character_count(word) <= kLineLength) {
    lines.back() += " " + word;
    return true;
  }
  if (lines.size() == 2) {
    return false;
  }
  lines.push_back(word);
  return true;
}

std::vector<Cue> cut_into_cues(const std::vector<Word>& words) {
  std::vector<Cue> cues;
  for (const Word& word : words) {
    const bool joins = !cues.empty() && word.start - cues.back().end < kPause &&
                       word.end - cues.back().start <= kLongestCue &&
                       fits(cues.back().lines, word.word);
    if (!joins) {
      cues.push_back({word.start, word.end, {word.word}});
    }
    cues.back().end = word.end;
  }
  // A short cue stays on the screen longer where the next one leaves room.
  for (size_t i = 0; i < cues.size(); ++i) {
    double end = std::max(cues[i].end, cues[i].start + kShortestCue);
    if (i + 1 < cues.size()) {
      end = std::max(cues[i].end, std::min(end, cues[i + 1].start - kGapBetweenCues));
    }
    cues[i].end = end;
  }
  return cues;
}

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
  for (const Cue& cue : cut_into_cues(transcript.words)) {
    text += std::to_string(++number) + "\n" + times(cue, ',');
    for (const std::string& line : cue.lines) {
      text += line + "\n";
    }
    text += "\n";
  }
  return text;
}

std::string write_vtt(const Transcript& transcript) {
  std::string text = "WEBVTT\n\n";
  for (const Cue& cue : cut_into_cues(transcript.words)) {
    text += times(cue, '.');
    for (const std::string& line : cue.lines) {
      text += escaped(line) + "\n";
    }
    text += "\n";
  }
  return text;
}

}  // namespace sotto::decoding
