#include "decoding/rover_clips.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "decoding/transcript_reader.h"

namespace sotto::decoding {
namespace {

RoverSystem system_of(const std::string& name, const std::string& ctm) {
  return {name, parse_ctm(ctm, name)};
}

std::string fault(const std::vector<RoverSystem>& systems, const RoverOptions& options = {}) {
  try {
    rover_clips(systems, RoverUnits::kWords, options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(RoverClipsTest, FusesEachClipAndChannel) {
  const FusedClips fused = rover_clips(
      {system_of("x", "two 1 0 1 a\ntwo 2 0 1 b\none 1 0 1 c\n"),
       system_of("y", "one 1 0 1 d\ntwo 2 0 1 e\ntwo 1 0 1 f\n"),
       system_of("z", "one 1 0 1 d\ntwo 2 0 1 e\ntwo 1 0 1 f\n")},
      RoverUnits::kWords);
  ASSERT_EQ(fused.clips.size(), 3U);
  EXPECT_EQ(fused.clips[0].id + fused.clips[0].channel + fused.clips[0].text, "two1f");
  EXPECT_EQ(fused.clips[1].id + fused.clips[1].channel + fused.clips[1].text, "two2e");
  EXPECT_EQ(fused.clips[2].id + fused.clips[2].channel + fused.clips[2].text, "one1d");
  EXPECT_TRUE(fused.remarks.empty());
}

TEST(RoverClipsTest, ASystemThatLacksAClipHasNoVoteOnIt) {
  const FusedClips fused = rover_clips(
      {system_of("x", "a 1 0 1 p\nb 1 0 1 q\n"),
       system_of("y", "a 1 0 1 p\n"),
       system_of("z", "c A 0 1 r\nd 1 0 1 s\n")},
      RoverUnits::kWords);
  ASSERT_EQ(fused.clips.size(), 4U);
  EXPECT_EQ(fused.clips[1].text, "q");
  EXPECT_EQ(fused.clips[2].text, "r");
  EXPECT_EQ(
      fused.remarks,
      (std::vector<std::string>{
          "x: no clip c channel A and 1 more; it has no vote there",
          "y: no clip b and 2 more; it has no vote there",
          "z: no clip a and 1 more; it has no vote there"}));
}

TEST(RoverClipsTest, JsonClipsMeetCtmClips) {
  Transcript clip;
  clip.id = "my clip";
  clip.path = "x/my clip.mp4";
  clip.modality = "v";
  clip.words = {{"p", 0, 1, 0.5}};
  const FusedClips fused =
      rover_clips({{"x", {clip}}, system_of("y", "my_clip 1 0 1 P 1\n")}, RoverUnits::kWords);
  ASSERT_EQ(fused.clips.size(), 1U);
  EXPECT_EQ(fused.clips[0].path, "x/my clip.mp4");
  EXPECT_EQ(fused.clips[0].modality, "v");
  EXPECT_EQ(fused.clips[0].text, "p");
  EXPECT_DOUBLE_EQ(fused.clips[0].words[0].confidence, 0.75);
}

TEST(RoverClipsTest, CharactersVoteByThemselves) {
  const std::vector<RoverSystem> systems = {
      system_of("x", "a 1 0 1 你好\na 1 1 1 abc\n"),
      system_of("y", "a 1 0 1 你们\na 1 1 1 abd\n"),
      system_of("z", "a 1 0 1 他好\na 1 1 1 abd\n")};
  EXPECT_EQ(rover_clips(systems, RoverUnits::kWords).clips[0].text, "你好 abd");
  const Transcript fused = rover_clips(systems, RoverUnits::kCharacters).clips[0];
  EXPECT_EQ(fused.text, "你好 abd");
  ASSERT_EQ(fused.words.size(), 3U);
  EXPECT_EQ(fused.words[1].word, "好");
  EXPECT_DOUBLE_EQ(fused.words[1].start, 0.5);
  EXPECT_DOUBLE_EQ(fused.words[1].end, 1);
  // Three words that agree in no whole: only the characters have a majority.
  const std::vector<RoverSystem> apart = {
      system_of("x", "a 1 0 1 甲乙丁\n"),
      system_of("y", "a 1 0 1 甲丙丁\n"),
      system_of("z", "a 1 0 1 戊乙丁\n")};
  EXPECT_EQ(rover_clips(apart, RoverUnits::kCharacters).clips[0].text, "甲乙丁");
}

TEST(RoverClipsTest, SaysWhatCannotBeFused) {
  const RoverSystem with = system_of("x", "a 1 0 1 p 0.5\n");
  const RoverSystem without = system_of("y", "a 1 0 1 p\n");
  EXPECT_EQ(fault({with, without}), "nothing thrown");
  EXPECT_EQ(
      fault({with, without}, {RoverMethod::kMaximum, 0.5, 0}),
      "y: clip a: no confidence for 'p'; without confidences only votes count (alpha 1)");
  RoverSystem twice = with;
  twice.clips.push_back(twice.clips[0]);
  EXPECT_EQ(fault({without, twice}), "x: clip a is listed twice");
}

}  // namespace
}  // namespace sotto::decoding
