#include <sstream>

#include <gtest/gtest.h>

#include "decoding/transcript.h"

namespace sotto::decoding {
namespace {

Transcript with_words(const std::vector<Word>& words) {
  Transcript transcript;
  transcript.words = words;
  return transcript;
}

TEST(SubtitlesTest, OneShortSentenceIsOneCue) {
  const Transcript transcript =
      with_words({{"place", 0.4, 0.72, 1}, {"red", 0.8, 1.0, 1}, {"now", 1.4, 2.04, 1}});
  EXPECT_EQ(write_srt(transcript), "1\n00:00:00,400 --> 00:00:02,040\nplace red now\n\n");
  EXPECT_EQ(write_vtt(transcript), "WEBVTT\n\n00:00:00.400 --> 00:00:02.040\nplace red now\n\n");
}

TEST(SubtitlesTest, PausesEndCuesAndShortCuesLast) {
  const Transcript transcript = with_words({{"yes", 3599.9, 3600.1, 1}, {"no", 3602, 3602.2, 1}});
  EXPECT_EQ(
      write_srt(transcript),
      "1\n00:59:59,900 --> 01:00:00,733\nyes\n\n2\n01:00:02,000 --> 01:00:02,833\nno\n\n");
}

TEST(SubtitlesTest, LongTextIsCutIntoCuesOfTwoLines) {
  std::vector<Word> words;
  for (int i = 0; i < 200; ++i) {
    words.push_back({"syllables", i * 0.3, i * 0.3 + 0.24, 1});
  }
  std::istringstream srt(write_srt(with_words(words)));
  std::string line;
  int lines_in_cue = 0;
  int written = 0;
  while (std::getline(srt, line)) {
    lines_in_cue = line.empty() ? 0 : lines_in_cue + 1;
    EXPECT_LE(lines_in_cue, 4);  // number, times, two lines
    EXPECT_LE(line.size(), 42U);
    for (size_t at = line.find("syllables"); at != std::string::npos;
         at = line.find("syllables", at + 1)) {
      ++written;
    }
  }
  EXPECT_EQ(written, 200);
}

TEST(SubtitlesTest, CuesDoNotOverlapOrExceedSevenSeconds) {
  std::vector<Word> words;
  for (int i = 0; i < 30; ++i) {
    words.push_back({"a", i * 0.9, i * 0.9 + 0.04, 1});
  }
  const std::string srt = write_srt(with_words(words));
  EXPECT_NE(srt.find("1\n00:00:00,000 --> 00:00:06,340\n"), std::string::npos) << srt;
  EXPECT_NE(srt.find("2\n00:00:07,200 --> "), std::string::npos) << srt;
}

TEST(SubtitlesTest, WebVttEscapesMarkup) {
  const Transcript transcript = with_words({{"<&>", 0, 1, 1}});
  EXPECT_NE(write_vtt(transcript).find("&lt;&amp;&gt;\n"), std::string::npos);
  EXPECT_NE(write_srt(transcript).find("<&>\n"), std::string::npos);
}

TEST(SubtitlesTest, NoWordsNoCues) {
  EXPECT_EQ(write_srt(Transcript()), "");
  EXPECT_EQ(write_vtt(Transcript()), "WEBVTT\n\n");
}

}  // namespace
}  // namespace sotto::decoding
