#include "decoding/transcript_cues.h"

#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "datasets/text/utf8.h"
#include "decoding/transcript_breaks.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

constexpr double kAccuracy = 1e-6;  // of sums of times

/// Words of a text, spoken at so many seconds a character; `|` is half a second of silence.
std::vector<Word> spoken(const std::string& text, double seconds_a_character) {
  std::vector<Word> words;
  double time = 0;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (word == "|") {
      time += 0.5;
      continue;
    }
    for (const std::string& part : split_unspaced(word)) {
      const auto length = static_cast<double>(datasets::utf8_characters(part).size());
      words.push_back({part, time, time + length * seconds_a_character, 1});
      time += (length + (part == word ? 1 : 0)) * seconds_a_character;
    }
  }
  return words;
}

std::string shown(const std::vector<Cue>& cues) {
  std::string text;
  for (const Cue& cue : cues) {
    for (const std::string& line : cue.lines) {
      text += line + "/";
    }
    text += "\n";
  }
  return text;
}

/// Lines that a text fills, as a share: 42 Latin or 16 Han characters are 1.
double fill(const std::string& line) {
  double sum = 0;
  for (const std::string& character : datasets::utf8_characters(line)) {
    sum += is_unspaced(character) ? 1.0 / 16 : 1.0 / 42;
  }
  return sum;
}

double reading_time(const Cue& cue) {
  double sum = cue.lines.size() > 1 ? 1.0 / 17 : 0;  // the blank where the line breaks
  for (const std::string& line : cue.lines) {
    for (const std::string& character : datasets::utf8_characters(line)) {
      sum += is_unspaced(character) ? 1.0 / 9 : 1.0 / 17;
    }
  }
  return sum;
}

void expect_rules(const std::vector<Word>& words) {
  const std::vector<Cue> cues = subtitle_cues(words);
  std::vector<std::string> lines;
  for (size_t i = 0; i < cues.size(); ++i) {
    const Cue& cue = cues[i];
    ASSERT_GE(cue.lines.size(), 1U);
    EXPECT_LE(cue.lines.size(), 2U);
    for (const std::string& line : cue.lines) {
      EXPECT_LE(fill(line), 1 + kAccuracy) << line;
      lines.push_back(line);
    }
    const double duration = cue.end - cue.start;
    EXPECT_GT(duration, 0);
    EXPECT_LE(duration, 7 + kAccuracy);
    const bool last = i + 1 == cues.size();
    const double latest = last ? cue.start + 7 : std::min(cue.start + 7, cues[i + 1].start - 0.08);
    EXPECT_LE(cue.end, latest + kAccuracy);
    // Shorter than it takes to read, or than 5/6 s, only where there is no room.
    const double least = std::max(5.0 / 6, reading_time(cue) - 2.0 / 17);
    if (duration < least - kAccuracy) {
      EXPECT_GE(cue.end, latest - kAccuracy) << shown({cue});
    }
  }
  std::vector<std::string> texts;
  for (const Word& word : words) {
    texts.push_back(word.word);
  }
  EXPECT_EQ(join_words(lines), join_words(texts));
}

TEST(CuesTest, RandomWordsKeepTheRules) {
  std::mt19937 engine(5);
  const std::vector<std::string> some = {
      "a",
      "to",
      "and",
      "the",
      "word,",
      "sentence.",
      "like",
      "reading,",
      "longer",
      "我",
      "们",
      "。"};
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Word> words;
    double time = 0;
    const double speed = 0.02 + static_cast<double>(engine() % 10) / 100;
    const size_t count = engine() % 120;
    for (size_t i = 0; i < count; ++i) {
      const std::string& word = some[engine() % some.size()];
      // Cues shorter than a frame are told apart below, so words last a frame at least.
      const double end = time + std::max(0.13, speed * static_cast<double>(word.size()));
      words.push_back({word, time, end, 1});
      time = end + (engine() % 8 == 0 ? static_cast<double>(engine() % 20) / 10 : 0);
    }
    expect_rules(words);
    if (HasFailure()) {
      return;
    }
  }
}

TEST(CuesTest, BreaksAtPunctuationThenBeforeConjunctionsAndPrepositions) {
  EXPECT_EQ(
      shown(subtitle_cues(spoken(
          "You know how it is: people talk, and when they talk they make things up. It was a long "
          "day for all of us, so let us go home and sleep on it",
          0.065))),
      "You know how it is: people talk,/and when they talk they make things up./\n"
      "It was a long day for all of us,/so let us go home and sleep on it/\n");
  EXPECT_EQ(
      shown(subtitle_cues(spoken(
          "so far because the members could not agree on the price of the new building", 0.07))),
      "so far because the members could not agree/on the price of the new building/\n");
}

TEST(CuesTest, APauseIsAPlaceToBreak) {
  EXPECT_EQ(
      shown(subtitle_cues(spoken(
          "these words are said without any punctuation here | there was half a second of silence",
          0.07))),
      "these words are said/without any punctuation here/\nthere was half a second of silence/\n");
  EXPECT_EQ(subtitle_cues(spoken("one | | two", 0.05)).size(), 2U);  // a second
}

TEST(CuesTest, MandarinHasShortLinesWithoutBlanks) {
  EXPECT_EQ(
      shown(subtitle_cues(spoken("今天的会议我们主要讨论三个问题，第一个问题是关于预算的", 0.25))),
      "今天的会议我们主要讨论三个问题，/第一个问题是关于预算的/\n");
  EXPECT_EQ(shown(subtitle_cues(spoken("我们 用 sotto 识别", 0.25))), "我们用 sotto 识别/\n");
}

TEST(CuesTest, ACueStaysUntilItIsRead) {
  // 34 characters take two seconds to read at 17 a second.
  const std::vector<Word> fast = {
      {"thirtyfour", 0, 0.2, 1}, {"characters,all", 0.2, 0.4, 1}, {"as-fast", 0.4, 0.6, 1}};
  const std::vector<Cue> alone = subtitle_cues(fast);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_NEAR(alone[0].end, 33.0 / 17, kAccuracy);
  std::vector<Word> followed = fast;
  followed.push_back({"later", 1.7, 2, 1});
  EXPECT_NEAR(subtitle_cues(followed)[0].end, 1.62, kAccuracy);  // two frames before
  EXPECT_NEAR(subtitle_cues(followed)[1].end, 1.7 + 5.0 / 6, kAccuracy);
}

TEST(CuesTest, WordsLongerThanALineAreCut) {
  const std::vector<Cue> cues = subtitle_cues({{std::string(100, 'x'), 0, 5, 1}});
  EXPECT_EQ(
      shown(cues),
      std::string(42, 'x') + "/" + std::string(42, 'x') + "/\n" + std::string(16, 'x') + "/\n");
  std::string han;
  for (int i = 0; i < 20; ++i) {
    han += "字";
  }
  const std::vector<Cue> wide = subtitle_cues({{han, 0, 5, 1}});
  ASSERT_EQ(wide.size(), 1U);
  EXPECT_EQ(wide[0].lines.size(), 2U);
}

TEST(CuesTest, TimesThatMakeNoSenseGiveCuesInOrder) {
  std::vector<Word> words;
  for (int i = 0; i < 60; ++i) {
    words.push_back({"backwards", 10 - i * 0.1, 10 - i * 0.1, 1});
  }
  double end = -1;
  size_t shown_words = 0;
  for (const Cue& cue : subtitle_cues(words)) {
    EXPECT_GE(cue.start, end);
    EXPECT_GT(cue.end, cue.start);
    end = cue.end;
    for (const std::string& line : cue.lines) {
      shown_words += (line.size() + 1) / 10;
    }
  }
  EXPECT_EQ(shown_words, 60U);
}

TEST(BreakFaultTest, OrdersPlaces) {
  const double sentence = break_fault("end.", "Then", 0);
  const double phrase = break_fault("well,", "then", 0);
  const double conjunction = break_fault("dogs", "and", 0);
  const double plain = break_fault("big", "dogs", 0);
  const double article = break_fault("the", "dogs", 0);
  EXPECT_LT(sentence, phrase);
  EXPECT_LT(phrase, conjunction);
  EXPECT_LT(conjunction, plain);
  EXPECT_LT(plain, article);
  EXPECT_LT(plain, break_fault("John", "Smith", 0));
  EXPECT_LT(break_fault("big", "dogs", 0.4), plain);
  EXPECT_GT(break_fault("问题", "，", 0), article);
  EXPECT_LT(break_fault("问题。", "第", 0), phrase);
}

}  // namespace
}  // namespace sotto::decoding
