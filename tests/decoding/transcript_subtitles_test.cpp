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

TEST(SubtitlesTest, WebVttEscapesMarkup) {
  const Transcript transcript = with_words({{"<&>", 0, 1, 1}});
  EXPECT_NE(write_vtt(transcript).find("&lt;&amp;&gt;\n"), std::string::npos);
  EXPECT_NE(write_srt(transcript).find("<&>\n"), std::string::npos);
}

TEST(SubtitlesTest, WordsCannotEndALineOrACue) {
  const Transcript transcript =
      with_words({{"a\n\nb\r", 0, 1, 1}, {"-->", 1, 2, 1}, {"\n", 2, 3, 1}});
  EXPECT_EQ(write_srt(transcript), "1\n00:00:00,000 --> 00:00:02,000\nab ->\n\n");
  EXPECT_EQ(write_vtt(transcript), "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nab --&gt;\n\n");
}

TEST(SubtitlesTest, NoLongArrowStaysInSubRip) {
  const std::string text = write_srt(with_words({{"a--->", 0, 1, 1}, {"---->b", 1, 2, 1}}));
  EXPECT_EQ(text.find("-->", text.find('\n', text.find("-->"))), std::string::npos) << text;
}

TEST(SubtitlesTest, NoWordsNoCues) {
  EXPECT_EQ(write_srt(Transcript()), "");
  EXPECT_EQ(write_vtt(Transcript()), "WEBVTT\n\n");
}

}  // namespace
}  // namespace sotto::decoding
