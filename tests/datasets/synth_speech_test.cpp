#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/synth/mouth.h"
#include "datasets/synth/speech.h"

namespace sotto::datasets::synth {
namespace {

std::string joined(const std::vector<TextWord>& words) {
  std::string text;
  for (const TextWord& word : words) {
    text += (text.empty() ? "" : "|") + word.word;
  }
  return text;
}

TEST(SynthSpeechTest, WordsOfTexts) {
  EXPECT_EQ(
      joined(words_of("  \"Don't go,\" she said: well-known. ")), "Don't|go|she|said|well-known");
  EXPECT_EQ(joined(words_of("今天，很 OK 吗？")), "今|天|很|OK|吗");
  EXPECT_EQ(joined(words_of("café – naïve")), "café|naïve");
  EXPECT_TRUE(words_of(" ...! ").empty());
  const auto words = words_of("a, bc 天");
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[1].first, 4);
  EXPECT_EQ(words[1].last, 5);
  EXPECT_EQ(words[2].first, 7);
}

double loudness(const Speech& speech, double start_s, double end_s) {
  double sum = 0;
  int64_t count = 0;
  for (auto i = static_cast<int64_t>(start_s * kSampleRateHz);
       i < std::min<int64_t>(end_s * kSampleRateHz, speech.wave.size());
       ++i, ++count) {
    sum += speech.wave[i] * speech.wave[i];
  }
  return std::sqrt(sum / std::max<double>(count, 1));
}

TEST(SynthSpeechTest, EveryWordHasItsTime) {
  const std::string text = "Good morning. In the end, one of the 25 boats came back!";
  const Speech speech = speak(text, {});
  ASSERT_EQ(speech.words.size(), words_of(text).size());
  double last = 0;
  for (const WordTime& word : speech.words) {
    EXPECT_GE(word.start_s, last - 1e-9) << word.word;
    EXPECT_GT(word.end_s, word.start_s) << word.word;
    EXPECT_GT(loudness(speech, word.start_s, word.end_s), 0.01) << word.word;
    last = word.end_s;
  }
  EXPECT_EQ(speech.words[0].word, "Good");
  EXPECT_LE(last, speech.wave.size() / static_cast<double>(kSampleRateHz));
  // The pause between the sentences belongs to no word.
  EXPECT_GT(speech.words[2].start_s - speech.words[1].end_s, 0.15);
  EXPECT_LT(loudness(speech, speech.words[1].end_s + 0.08, speech.words[2].start_s - 0.03), 0.005);
}

TEST(SynthSpeechTest, TheSameWhateverWasSpokenBefore) {
  const Voice voice = {"en-us+f3", 160, 50, 50};
  const Speech first = speak("hello world", voice);
  speak("something else entirely", {"en-gb-x-rp+m2", 130, 40, 60});
  const Speech again = speak("hello world", voice);
  EXPECT_EQ(first.wave, again.wave);
  EXPECT_NE(first.wave, speak("hello world", {"en-us+m3", 160, 50, 50}).wave);
}

TEST(SynthSpeechTest, MandarinByCharacters) {
  const Speech speech = speak("今天天气很好，我们去吃饭", {"cmn", 150, 50, 50});
  ASSERT_EQ(speech.words.size(), 11U);
  EXPECT_EQ(speech.words[6].word, "我");
  for (size_t i = 0; i < 11; ++i) {
    const double length = speech.words[i].end_s - speech.words[i].start_s;
    EXPECT_GT(length, 0.1) << i;  // a syllable; hanzi read as English letters would take longer
    EXPECT_LT(length, 0.6) << i;
  }
}

TEST(SynthSpeechTest, FaultsAreNamed) {
  EXPECT_THROW(speak("", {}), DataError);
  EXPECT_THROW(speak("?!", {}), DataError);
  try {
    speak("hello", {"no-such-voice", 150, 50, 50});
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("espeak-ng-data"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("no-such-voice"), std::string::npos);
  }
}

TEST(SynthMouthTest, VisemesOfSounds) {
  EXPECT_DOUBLE_EQ(viseme("b").opening, 0);
  EXPECT_GT(viseme("ɑː").opening, 0.7);
  EXPECT_GT(viseme("uː").rounding, 0.9);
  EXPECT_LT(viseme("uː").width, viseme("iː").width);
  EXPECT_DOUBLE_EQ(viseme("f").tuck, 1);
  EXPECT_DOUBLE_EQ(viseme("θ").tongue, 1);
  EXPECT_LT(viseme("").opening, 0.1);
}

TEST(SynthMouthTest, LipsTouchInClosuresAndMoveSmoothly) {
  // "aba": the closure is 60 ms, frames are 40 ms apart.
  const std::vector<Phoneme> sounds = {{"ɑː", 0, 0.24}, {"b", 0.24, 0.30}, {"ɑː", 0.30, 0.54}};
  const std::vector<Mouth> track = mouth_track(sounds, 0.2, 25, 25);
  ASSERT_EQ(track.size(), 25U);
  EXPECT_LT(track[0].opening, 0.1);    // before: at rest
  EXPECT_GT(track[8].opening, 0.6);    // 0.34 s: in the first vowel
  EXPECT_LT(track[11].opening, 0.02);  // 0.46 s: in the closure
  EXPECT_GT(track[15].opening, 0.6);   // 0.62 s: in the second
  EXPECT_LT(track[24].opening, 0.1);   // after
  // At ten times the rate no step is large: the mouth does not jump.
  const std::vector<Mouth> fine = mouth_track(sounds, 0.2, 250, 250);
  for (size_t k = 1; k < fine.size(); ++k) {
    EXPECT_LT(std::abs(fine[k].opening - fine[k - 1].opening), 0.2) << k;
  }
}

TEST(SynthMouthTest, WithoutSoundsTheMouthRests) {
  for (const Mouth& mouth : mouth_track({}, 0, 3, 25)) {
    EXPECT_LT(mouth.opening, 0.1);
  }
}

}  // namespace
}  // namespace sotto::datasets::synth
