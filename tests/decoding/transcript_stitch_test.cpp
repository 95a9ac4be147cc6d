#include "decoding/transcript_stitch.h"

#include <gtest/gtest.h>

namespace sotto::decoding {
namespace {

/// A window's transcript: words of a fifth of a second each at the given starts; a token a word.
Transcript window(const std::vector<std::pair<std::string, double>>& words) {
  Transcript part;
  Reading reading;
  for (const auto& [word, start] : words) {
    const auto place = static_cast<int64_t>(part.words.size());
    part.words.push_back({word, start, start + 0.2, 1});
    part.tokens.push_back({word[0], word, start, start + 0.2, place});
    reading.text += (reading.text.empty() ? "" : " ") + word;
    reading.tokens.push_back(word[0]);
  }
  reading.score = -1;
  reading.parts["ctc"] = -2;
  part.text = reading.text;
  part.nbest = {reading, reading};
  return part;
}

TEST(TranscriptStitcherTest, OneWindowStaysAsItIs) {
  TranscriptStitcher stitcher;
  stitcher.add(window({{"set", 0.1}, {"white", 0.5}}), 0, 0, 1);
  const Transcript whole = stitcher.take();
  EXPECT_EQ(whole.text, "set white");
  EXPECT_EQ(whole.nbest.size(), 2U);
  EXPECT_EQ(whole.tokens.size(), 2U);
}

TEST(TranscriptStitcherTest, WordsThatBothSayAreTheSeam) {
  // Windows of [0, 4] and [2, 6], cut at 3. Both say "at f", the first goes on with half a word,
  // the second begins with one.
  TranscriptStitcher stitcher;
  stitcher.add(
      window({{"bin", 0.5}, {"blue", 1.5}, {"at", 2.5}, {"f", 3.0}, {"too", 3.8}}), 0, 0, 4);
  stitcher.add(
      window({{"you", 0.0}, {"at", 0.45}, {"f", 1.1}, {"two", 1.8}, {"now", 2.5}}), 2, 3, 6);
  const Transcript whole = stitcher.take();
  EXPECT_EQ(whole.text, "bin blue at f two now");
  ASSERT_EQ(whole.words.size(), 6U);
  EXPECT_DOUBLE_EQ(whole.words[3].start, 3.0);  // the seam is the earlier window's
  EXPECT_DOUBLE_EQ(whole.words[4].start, 3.8);
  EXPECT_DOUBLE_EQ(whole.words[5].start, 4.5);
  ASSERT_EQ(whole.nbest.size(), 1U);
  EXPECT_EQ(whole.nbest[0].tokens, (std::vector<int64_t>{'b', 'b', 'a', 'f', 't', 'n'}));
  EXPECT_DOUBLE_EQ(whole.nbest[0].score, -2);
  EXPECT_DOUBLE_EQ(whole.nbest[0].parts.at("ctc"), -4);
  ASSERT_EQ(whole.tokens.size(), 6U);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(whole.tokens[i].word, static_cast<int64_t>(i));
    EXPECT_DOUBLE_EQ(whole.tokens[i].start, whole.words[i].start);
  }
}

TEST(TranscriptStitcherTest, WithoutACommonWordTheCutDecides) {
  TranscriptStitcher stitcher;
  stitcher.add(window({{"bin", 0.5}, {"blue", 2.5}, {"by", 3.2}}), 0, 0, 4);
  stitcher.add(window({{"glue", 0.4}, {"at", 1.2}, {"f", 2.8}}), 2, 3, 6);
  EXPECT_EQ(stitcher.take().text, "bin blue at f");
}

TEST(TranscriptStitcherTest, AWordAcrossTheCutIsNeitherLostNorDoubled) {
  // Its middle lies behind the cut for the earlier window, before it for the later one.
  TranscriptStitcher stitcher;
  stitcher.add(window({{"bin", 0.5}, {"blue", 2.95}}), 0, 0, 4);
  stitcher.add(window({{"blue", 0.85}, {"at", 1.6}}), 2, 3, 6);
  EXPECT_EQ(stitcher.take().text, "bin blue at");
  // The other way round.
  TranscriptStitcher doubled;
  doubled.add(window({{"bin", 0.5}, {"blue", 2.85}}), 0, 0, 4);
  doubled.add(window({{"blue", 0.95}, {"at", 1.6}}), 2, 3, 6);
  EXPECT_EQ(doubled.take().text, "bin blue at");
}

TEST(TranscriptStitcherTest, TheSameWordFarApartIsSaidTwice) {
  TranscriptStitcher stitcher;
  stitcher.add(window({{"a", 0.5}, {"no", 2.1}}), 0, 0, 4);
  stitcher.add(window({{"no", 1.5}, {"b", 2.2}}), 2, 3, 6);
  EXPECT_EQ(stitcher.take().text, "a no no b");
}

TEST(TranscriptStitcherTest, AWordSaidTwiceIsPairedWithItsOwnTime) {
  // The later window begins between the two and hears the second only.
  TranscriptStitcher stitcher;
  stitcher.add(window({{"a", 0.5}, {"no", 3.0}, {"no", 3.4}}), 0, 0, 4);
  stitcher.add(window({{"no", 0.2}, {"b", 1.2}}), 3.2, 3.5, 6);
  EXPECT_EQ(stitcher.take().text, "a no no b");
}

TEST(TranscriptStitcherTest, AcrossAPauseNothingIsLost) {
  // CTC puts the later window's first word at its first frame, before the cut.
  TranscriptStitcher stitcher;
  stitcher.add(window({{"a", 0.5}, {"b", 1.0}}), 0, 0, 2.5);
  stitcher.add(window({{"c", 0.0}, {"d", 1.0}}), 1.5, 2, 4, /*in_pause=*/true);
  EXPECT_EQ(stitcher.take().text, "a b c d");
}

TEST(TranscriptStitcherTest, WindowsThatShareNothingFollowOneAnother) {
  TranscriptStitcher stitcher;
  stitcher.add(window({{"\xE4\xBD\xA0", 0.5}}), 0, 0, 1);
  stitcher.add(window({}), 1, 1, 2);
  stitcher.add(window({{"\xE5\xA5\xBD", 0.5}, {"ok", 0.8}}), 2, 2, 3);
  const Transcript whole = stitcher.take();
  EXPECT_EQ(
      whole.text,
      "\xE4\xBD\xA0\xE5\xA5\xBD"
      " ok");  // no blank between Han characters
  EXPECT_DOUBLE_EQ(whole.words[1].start, 2.5);
}

}  // namespace
}  // namespace sotto::decoding
