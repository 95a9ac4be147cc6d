#include "decoding/transcript.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sotto::decoding {
namespace {

Transcript example() {
  Transcript transcript;
  transcript.id = "clip";
  transcript.path = "videos/clip.mp4";
  transcript.modality = "av";
  transcript.text = "set white";
  transcript.words = {{"set", 0.12, 0.4, 0.98765}, {"white", 14 / 25.0, 0.8, 1.0}};
  transcript.nbest = {{"set white", {21, 7, 22, 1}, -1.5, {{"ctc", -0.5}, {"decoder", -2.0}}}};
  return transcript;
}

TEST(TranscriptTest, TextIsBareForOneClipAndNamedForSeveral) {
  EXPECT_EQ(write_text({example()}), "set white\n");
  EXPECT_EQ(
      write_text({example(), example()}),
      "videos/clip.mp4\tset white\nvideos/clip.mp4\tset white\n");
  EXPECT_EQ(write_text({}), "");
}

TEST(TranscriptTest, JsonHasTheDocumentedKeys) {
  const nlohmann::json json = nlohmann::json::parse(write_json({example()}));
  EXPECT_EQ(json.at("version"), 1);
  ASSERT_EQ(json.at("clips").size(), 1U);
  const nlohmann::json& clip = json.at("clips").at(0);
  EXPECT_EQ(clip.at("id"), "clip");
  EXPECT_EQ(clip.at("path"), "videos/clip.mp4");
  EXPECT_EQ(clip.at("modality"), "av");
  EXPECT_EQ(clip.at("text"), "set white");
  EXPECT_EQ(clip.at("words").at(1).at("word"), "white");
  EXPECT_EQ(clip.at("words").at(1).at("start"), 0.56);
  EXPECT_EQ(clip.at("words").at(0).at("end"), 0.4);
  EXPECT_EQ(clip.at("words").at(0).at("confidence"), 0.9877);
  const nlohmann::json& best = clip.at("nbest").at(0);
  EXPECT_EQ(best.at("text"), "set white");
  EXPECT_EQ(best.at("tokens"), (std::vector<int64_t>{21, 7, 22, 1}));
  EXPECT_EQ(best.at("score"), -1.5);
  EXPECT_EQ(best.at("parts").at("decoder"), -2.0);
}

TEST(TranscriptTest, JsonHasScoresOfTextsThatWereGiven) {
  const nlohmann::json heard = nlohmann::json::parse(write_json_clip(example()));
  EXPECT_FALSE(heard.contains("score"));
  EXPECT_FALSE(heard.at("words").at(0).contains("score"));
  Transcript aligned = example();
  aligned.score = -0.123456;
  aligned.confidence = 0.5;
  aligned.words[0].score = -1.25;
  const nlohmann::json clip = nlohmann::json::parse(write_json_clip(aligned));
  EXPECT_EQ(clip.at("score"), -0.1235);
  EXPECT_EQ(clip.at("confidence"), 0.5);
  EXPECT_EQ(clip.at("words").at(0).at("score"), -1.25);
  EXPECT_FALSE(clip.at("words").at(1).contains("score"));
}

TEST(TranscriptTest, JsonOfNothingAndOfOddNames) {
  EXPECT_EQ(nlohmann::json::parse(write_json({})).at("clips").size(), 0U);
  Transcript odd = example();
  odd.path = "\xFF\"\n.mp4";
  const std::string line = write_json_clip(odd);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line).at("path"), "\xEF\xBF\xBD\"\n.mp4");
}

TEST(TranscriptTest, CtmIsSortedByName) {
  Transcript other = example();
  other.id = "a clip";
  other.words.resize(1);
  EXPECT_EQ(
      write_ctm({example(), other}),
      "a_clip 1 0.120 0.280 set 0.9877\n"
      "clip 1 0.120 0.280 set 0.9877\n"
      "clip 1 0.560 0.240 white 1.0000\n");
}

}  // namespace
}  // namespace sotto::decoding
