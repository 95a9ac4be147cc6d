#include <cmath>

#include <gtest/gtest.h>

#include "decoding/transcript.h"

namespace sotto::decoding {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(TextGridTest, IsPraatsLongTextFormat) {
  Transcript transcript;
  transcript.duration = 1.2;
  transcript.words = {{"set", 0.12, 0.4, 0.98765}, {"\"白\"", 0.4, 0.8, 1}};
  EXPECT_EQ(
      write_textgrid(transcript),
      R"(File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0.000
xmax = 1.200
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0.000
        xmax = 1.200
        intervals: size = 4
        intervals [1]:
            xmin = 0.000
            xmax = 0.120
            text = ""
        intervals [2]:
            xmin = 0.120
            xmax = 0.400
            text = "set"
        intervals [3]:
            xmin = 0.400
            xmax = 0.800
            text = """白"""
        intervals [4]:
            xmin = 0.800
            xmax = 1.200
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "confidence"
        xmin = 0.000
        xmax = 1.200
        intervals: size = 4
        intervals [1]:
            xmin = 0.000
            xmax = 0.120
            text = ""
        intervals [2]:
            xmin = 0.120
            xmax = 0.400
            text = "0.9877"
        intervals [3]:
            xmin = 0.400
            xmax = 0.800
            text = "1.0000"
        intervals [4]:
            xmin = 0.800
            xmax = 1.200
            text = ""
)");
}

TEST(TextGridTest, IntervalsNeverOverlapOrVanish) {
  Transcript transcript;
  transcript.words = {{"a", 0, 0.5, 1}, {"b", 0.3, 0.3, std::nan("")}, {"c", 0.2, 1, 1}};
  const std::string text = write_textgrid(transcript);
  EXPECT_NE(
      text.find("xmin = 0.500\n            xmax = 0.501\n            text = \"b\"\n"),
      std::string::npos)
      << text;
  EXPECT_NE(
      text.find("xmin = 0.501\n            xmax = 1.000\n            text = \"c\"\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(count(text, "text = \"\"\n"), 1U);  // the confidence that is not known
  EXPECT_EQ(count(text, "intervals: size = 3\n"), 2U);
}

TEST(TextGridTest, AClipWithoutWordsIsOneEmptyInterval) {
  Transcript transcript;
  EXPECT_EQ(count(write_textgrid(transcript), "intervals: size = 1\n"), 2U);
  EXPECT_NE(write_textgrid(transcript).find("xmax = 0.040\n"), std::string::npos);
  transcript.duration = 3;
  EXPECT_NE(write_textgrid(transcript).find("xmax = 3.000\n"), std::string::npos);
}

}  // namespace
}  // namespace sotto::decoding
