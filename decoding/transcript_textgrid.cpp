#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "decoding/transcript.h"

namespace sotto::decoding {
namespace {

/// In whole milliseconds, so that an interval begins exactly where the one before ends.
struct Interval {
  int64_t begin = 0;
  int64_t end = 0;
  std::string text;
};

constexpr int64_t kShortest = 1;       // Praat refuses intervals of no length
constexpr int64_t kShortestGrid = 40;  // a frame, for a clip without words or length

int64_t milliseconds(double seconds) {
  return std::llround(seconds * 1000);
}

/// Intervals without holes: one a word, and an empty one wherever there is none.
std::vector<Interval> intervals_of(const Transcript& transcript) {
  std::vector<Interval> intervals;
  int64_t here = 0;
  for (const Word& word : transcript.words) {
    const int64_t begin = std::max(here, milliseconds(word.start));
    const int64_t end = std::max(begin + kShortest, milliseconds(word.end));
    if (begin > here) {
      intervals.push_back({here, begin, ""});
    }
    intervals.push_back({begin, end, word.word});
    here = end;
  }
  const int64_t last = std::max(milliseconds(transcript.duration), here > 0 ? here : kShortestGrid);
  if (last > here) {
    intervals.push_back({here, last, ""});
  }
  return intervals;
}

/// The same intervals with the confidences for texts.
std::vector<Interval> confidences_of(
    const Transcript& transcript, std::vector<Interval> intervals) {
  auto word = transcript.words.begin();
  for (Interval& interval : intervals) {
    if (interval.text.empty()) {
      continue;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f", word->confidence);
    interval.text = std::isnan(word->confidence) ? "" : text.data();
    ++word;
  }
  return intervals;
}

std::string seconds(int64_t milliseconds) {
  std::array<char, 48> text{};
  std::snprintf(
      text.data(),
      text.size(),
      "%lld.%03lld",
      static_cast<long long>(milliseconds / 1000),
      static_cast<long long>(milliseconds % 1000));
  return text.data();
}

/// Praat writes a quote twice.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    result += c == '"' ? "\"\"" : std::string(1, c);
  }
  return result + "\"";
}

std::string range(const std::string& indent, int64_t begin, int64_t end) {
  return indent + "xmin = " + seconds(begin) + "\n" + indent + "xmax = " + seconds(end) + "\n";
}

std::string tier(
    const std::string& number, const std::string& name, const std::vector<Interval>& intervals) {
  std::string text = "    item [" + number +
                     "]:\n        class = \"IntervalTier\"\n        name = " + quoted(name) + "\n" +
                     range("        ", 0, intervals.back().end) +
                     "        intervals: size = " + std::to_string(intervals.size()) + "\n";
  for (size_t i = 0; i < intervals.size(); ++i) {
    text += "        intervals [" + std::to_string(i + 1) + "]:\n" +
            range("            ", intervals[i].begin, intervals[i].end) +
            "            text = " + quoted(intervals[i].text) + "\n";
  }
  return text;
}

}  // namespace

std::string write_textgrid(const Transcript& transcript) {
  const std::vector<Interval> intervals = intervals_of(transcript);
  return "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n" +
         range("", 0, intervals.back().end) + "tiers? <exists>\nsize = 2\nitem []:\n" +
         tier("1", "words", intervals) +
         tier("2", "confidence", confidences_of(transcript, intervals));
}

}  // namespace sotto::decoding
