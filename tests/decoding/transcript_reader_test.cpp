#include "decoding/transcript_reader.h"

#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

/// The message that reading a CTM text throws.
std::string ctm_fault(const std::string& text) {
  try {
    parse_ctm(text, "x.ctm");
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "nothing thrown";
}

std::string json_fault(const std::string& text) {
  try {
    parse_transcript_json(text, "x.json");
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "nothing thrown";
}

TEST(CtmTest, ReadsClipsAndChannels) {
  const std::vector<Transcript> clips = parse_ctm(
      ";; a comment\n"
      "b A 0.5 0.25 hello 0.5\n"
      "\n"
      "b\tB\t1\t0\tyes\tNA\r\n"
      "a 1 2e0 .5 \xE4\xBD\xA0 1 lex speaker\n"
      "b A 0.25 0.25 again",
      "x.ctm");
  ASSERT_EQ(clips.size(), 3U);
  EXPECT_EQ(clips[0].id, "b");
  EXPECT_EQ(clips[0].path, "b");
  EXPECT_EQ(clips[0].channel, "A");
  EXPECT_EQ(clips[0].text, "hello again");  // in the order of the lines
  EXPECT_EQ(clips[0].words[0].start, 0.5);
  EXPECT_EQ(clips[0].words[0].end, 0.75);
  EXPECT_EQ(clips[0].words[0].confidence, 0.5);
  EXPECT_TRUE(std::isnan(clips[0].words[1].confidence));
  EXPECT_EQ(clips[1].channel, "B");
  EXPECT_TRUE(std::isnan(clips[1].words[0].confidence));
  EXPECT_EQ(clips[2].id, "a");
  EXPECT_EQ(clips[2].words[0].word, "\xE4\xBD\xA0");
  EXPECT_EQ(clips[2].words[0].end, 2.5);
  EXPECT_TRUE(parse_ctm("", "x.ctm").empty());
}

TEST(CtmTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      ctm_fault("a 1 0 1 b\na 1 0 1\n"),
      "x.ctm:2: expected FILE CHANNEL START DURATION WORD [CONFIDENCE], got 4 fields");
  EXPECT_EQ(ctm_fault("a 1 x 1 b"), "x.ctm:1: expected a start in seconds, got 'x'");
  EXPECT_EQ(ctm_fault("a 1 -1 1 b"), "x.ctm:1: expected a start in seconds, got '-1'");
  EXPECT_EQ(ctm_fault("a 1 0 1e300 b"), "x.ctm:1: expected a duration in seconds, got '1e300'");
  EXPECT_EQ(ctm_fault("a 1 0 nan b"), "x.ctm:1: expected a duration in seconds, got 'nan'");
  EXPECT_EQ(ctm_fault("a 1 0 1 b 1.5"), "x.ctm:1: expected a confidence from 0 to 1, got '1.5'");
  EXPECT_EQ(ctm_fault("a 1 0 1 b 0.5x"), "x.ctm:1: expected a confidence from 0 to 1, got '0.5x'");
  EXPECT_NE(ctm_fault(std::string("a 1 0 1 b \0", 11)), "nothing thrown");
  EXPECT_EQ(ctm_fault("a 1 0 1 \xFF"), "x.ctm:1: expected UTF-8");
  EXPECT_EQ(
      ctm_fault("a 1 * * <ALT_BEGIN>"),
      "x.ctm:1: alternatives cannot be read; give one reading of each word");
}

TEST(CtmTest, ReadsWhatWasWritten) {
  Transcript clip;
  clip.id = "my clip";
  clip.channel = "2";
  clip.words = {{"a", 0.12, 0.4, 0.9877}, {"b", 0.5, 0.5, std::nan("")}};
  const std::string text = write_ctm({clip});
  EXPECT_EQ(text, "my_clip 2 0.120 0.280 a 0.9877\nmy_clip 2 0.500 0.000 b\n");
  EXPECT_EQ(write_ctm(parse_ctm(text, "x")), text);
}

TEST(CtmTest, NamesAreFields) {
  EXPECT_EQ(ctm_name("my\tclip one"), "my_clip_one");
  EXPECT_EQ(ctm_name(";;clip"), "_;clip");
  EXPECT_EQ(ctm_name(""), "_");
}

TEST(TranscriptJsonTest, ReadsWhatWasWritten) {
  Transcript clip;
  clip.id = "clip";
  clip.path = "videos/clip.mp4";
  clip.modality = "av";
  clip.text = "Set white.";  // words may be spelled otherwise
  clip.words = {{"set", 0.12, 0.4, 0.9877}, {"white", 0.5, 0.75, std::nan("")}};
  clip.nbest = {{"set white", {1, 2}, -1, {}}};
  Transcript other;
  other.id = other.path = "other";
  other.channel = "B";
  other.duration = 2.5;
  const std::vector<Transcript> read = parse_transcript_json(write_json({clip, other}), "x.json");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].id, "clip");
  EXPECT_EQ(read[0].path, "videos/clip.mp4");
  EXPECT_EQ(read[0].modality, "av");
  EXPECT_EQ(read[0].channel, "1");
  EXPECT_EQ(read[0].text, "Set white.");
  ASSERT_EQ(read[0].words.size(), 2U);
  EXPECT_EQ(read[0].words[0].end, 0.4);
  EXPECT_EQ(read[0].words[0].confidence, 0.9877);
  EXPECT_TRUE(std::isnan(read[0].words[1].confidence));
  EXPECT_EQ(read[1].channel, "B");
  EXPECT_EQ(read[0].duration, 0);
  EXPECT_EQ(read[1].duration, 2.5);
  EXPECT_TRUE(read[1].words.empty());
}

TEST(TranscriptJsonTest, SaysWhatIsWrongAndWhere) {
  const std::string version = "x.json: expected the transcripts of `sotto transcribe`, version 1";
  EXPECT_EQ(json_fault("{\"a\": 1}"), version);
  EXPECT_EQ(json_fault("{\"version\": 2, \"clips\": []}"), version);
  EXPECT_EQ(json_fault("[]"), version);
  EXPECT_EQ(json_fault("{").substr(0, 18), "x.json: not JSON: ");
  const auto clip = [](const std::string& keys) {
    return json_fault("{\"version\": 1, \"clips\": [" + keys + "]}");
  };
  EXPECT_EQ(json_fault("{\"version\": 1}"), "x.json: clips: expected a list");
  EXPECT_EQ(clip("3"), "x.json: clip 1: expected an object");
  EXPECT_EQ(clip("{}"), "x.json: clip 1: id: expected a text");
  EXPECT_EQ(clip(R"({"id": "a"})"), "x.json: clip a: words: expected a list");
  const auto word = [&](const std::string& keys) {
    return clip("{\"id\": \"a\", \"words\": [{" + keys + "}]}");
  };
  EXPECT_EQ(word(R"("word": 1)"), "x.json: clip a: word 1: word: expected a text");
  EXPECT_EQ(word(R"("word": "")"), "x.json: clip a: word 1: word: expected one word, got ''");
  EXPECT_EQ(word(R"("word": "a b")"), "x.json: clip a: word 1: word: expected one word, got 'a b'");
  EXPECT_EQ(word(R"("word": "b")"), "x.json: clip a: word 1: start: expected seconds");
  EXPECT_EQ(word(R"("word": "b", "start": -1)"), "x.json: clip a: word 1: start: expected seconds");
  EXPECT_EQ(
      word(R"("word": "b", "start": 2, "end": 1)"),
      "x.json: clip a: word 1: expected an end after the start");
  EXPECT_EQ(
      word(R"("word": "b", "start": 2, "end": 3, "confidence": 2)"),
      "x.json: clip a: word 1: confidence: expected 0 to 1");
}

TEST(TranscriptReaderTest, TellsFormatsByTheirContent) {
  EXPECT_TRUE(
      parse_transcripts("\xEF\xBB\xBF\n {\"version\": 1, \"clips\": []}", "json").empty());
  EXPECT_EQ(
      parse_transcripts(
          "\xEF\xBB\xBF"
          "a 1 0 1 b\n",
          "ctm")
          .at(0)
          .id,
      "a");
}

TEST(TranscriptTextTest, JoinsHanWithoutBlanks) {
  EXPECT_EQ(
      join_words({"你", "好", "world", "and", "我们", "，", "对"}), "你好 world and 我们，对");
  EXPECT_EQ(join_words({"안녕", "세상"}), "안녕 세상");
  EXPECT_EQ(join_words({"a", "b"}), "a b");
  EXPECT_EQ(join_words({}), "");
  EXPECT_EQ(join_words({"\xE4\xBD", "\xBD"}), "\xE4\xBD \xBD");  // damaged
}

TEST(TranscriptTextTest, SplitsHanFromTheRest) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split_unspaced("你好abc，𠀀"), (Parts{"你", "好", "abc", "，", "𠀀"}));
  EXPECT_EQ(split_unspaced("été"), (Parts{"été"}));
  EXPECT_EQ(split_unspaced(""), Parts());
}

}  // namespace
}  // namespace sotto::decoding
