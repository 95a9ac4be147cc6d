#include "experiments/clip_texts.h"

#include <functional>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

class ClipTextsTest : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    write_file(folder_ / name, text);
    return folder_ / name;
  }

  static std::string fault_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& fault) {
      return fault.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(ClipTextsTest, OneText) {
  EXPECT_EQ(ClipTexts({"bin blue", "", ""}, 1).of("clip.mp4"), "bin blue");
  EXPECT_EQ(ClipTexts({"", file("t.txt", "set\nred"), ""}, 1).of("clip.mp4"), "set\nred");
  EXPECT_THROW(ClipTexts({"bin", "", ""}, 2), ConfigError);
  EXPECT_THROW(ClipTexts({"bin", "file", ""}, 1), ConfigError);
  EXPECT_THROW(ClipTexts({"", folder_ / "missing", ""}, 1), DataError);
  EXPECT_THROW(ClipTexts({"", file("bad.txt", "\xFF"), ""}, 1), DataError);
}

TEST_F(ClipTextsTest, LinesByPathOrStem) {
  const std::string lines = file("lines", "a/clip.mp4\tbin\nclip\tset\nother\t\n");
  const ClipTexts texts({"", "", lines}, 3);
  EXPECT_EQ(texts.of("a/clip.mp4"), "bin");
  EXPECT_EQ(texts.of("b/clip.mov"), "set");
  EXPECT_EQ(texts.of("other.mp4"), "");
  EXPECT_EQ(
      fault_of([&] { texts.of("b/new.mp4"); }),
      "b/new.mp4: " + lines + " has no line for it or for new");
  EXPECT_THROW(ClipTexts({"", "", file("bad", "no tab")}, 1), DataError);
}

TEST_F(ClipTextsTest, BesideTheClip) {
  file("clip.txt", "lay green\n");
  const ClipTexts texts({}, 2);
  EXPECT_EQ(texts.of(folder_ / "clip.mp4"), "lay green\n");
  const std::string fault = fault_of([&] { texts.of(folder_ / "new.mp4"); });
  EXPECT_NE(fault.find(folder_ / "new.txt"), std::string::npos) << fault;
}

}  // namespace
}  // namespace sotto::experiments
