#include "datasets/text/units.h"

#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/tokenizer.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets {
namespace {

using Strings = std::vector<std::string>;

std::string complaint(const std::string& text) {
  try {
    parse_units(text, "u.txt");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(UnitsTest, AddsBlankAndEosAroundTheUnits) {
  EXPECT_EQ(
      parse_units("<unk> 1\n' 2\n\xE2\x96\x81ZOO 3\n", "u"),
      (Strings{"<blank>", "<unk>", "'", "\xE2\x96\x81ZOO", "<eos>"}));
}

TEST(UnitsTest, KeepsControlCharactersAndBlanksInsideUnits) {
  const Strings tokens = parse_units("<unk> 1\n\x13 2\na b 3\n  4\n\t\t5\n\xE2\x80\xA8 6\n", "u");
  EXPECT_EQ(
      tokens, (Strings{"<blank>", "<unk>", "\x13", "a b", " ", "\t", "\xE2\x80\xA8", "<eos>"}));
}

TEST(UnitsTest, ToleratesByteOrderMarkCrlfAndNoLastNewline) {
  EXPECT_EQ(
      parse_units(
          "\xEF\xBB\xBF"
          "a 1\r\nb 2",
          "u"),
      (Strings{"<blank>", "a", "b", "<eos>"}));
}

TEST(UnitsTest, ReadsWholeVocabularies) {
  const std::vector<std::string> expected = {"<blank>", "<unk>", "a", "<eos>"};
  EXPECT_EQ(parse_units("<blank> 0\n<unk> 1\na 2\n<sos/eos> 3\n", "u"), expected);
  EXPECT_THROW(parse_units("<blank> 0\n<unk> 1\na 2\n", "u"), DataError);
  EXPECT_THROW(parse_units("<blank> 0\na 1\n<sos/eos> 2\nb 3\n", "u"), DataError);
}

TEST(UnitsTest, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(complaint("a 1\nb 3\n"), "u.txt:2: expected the id 2 after the unit");
  EXPECT_EQ(complaint("a 0\n"), "u.txt:1: expected the id 1 after the unit");
  EXPECT_EQ(complaint("a 01\n"), "u.txt:1: expected the id 1 after the unit");
  EXPECT_EQ(complaint("a 1 \n"), "u.txt:1: expected the id 1 after the unit");
  EXPECT_EQ(complaint("a 99999999999999999999\n"), "u.txt:1: expected the id 1 after the unit");
  EXPECT_EQ(complaint("a 1\n\nb 2\n"), "u.txt:2: expected UNIT ID");
  EXPECT_EQ(complaint("a 1\nb\n"), "u.txt:2: expected UNIT ID");
  EXPECT_EQ(complaint(" 1\n"), "u.txt:1: expected UNIT ID");
  EXPECT_EQ(complaint("a 1\nb 2\na 3\n"), "u.txt:3: this unit stood in line 1");
  EXPECT_EQ(complaint("a 1\n<eos> 2\n"), "u.txt:2: <eos> is added by itself; leave it out");
  EXPECT_EQ(complaint("<blank> 1\n"), "u.txt:1: <blank> is added by itself; leave it out");
  EXPECT_EQ(complaint("a 1\n\xC3 2\n"), "u.txt:2: expected UTF-8");
  EXPECT_EQ(complaint("\xED\xA0\x80 1\n"), "u.txt:1: expected UTF-8");
  EXPECT_EQ(complaint(""), "u.txt: expected a line UNIT ID for each unit, got none");
}

TEST(UnitsTest, RefusesMoreLinesThanAnyVocabularyHas) {
  std::string text;
  for (int id = 1; id <= 1'000'001; ++id) {
    text += std::to_string(id) + " " + std::to_string(id) + "\n";
  }
  EXPECT_EQ(complaint(text), "u.txt:1000001: expected at most 1000000 lines");
}

TEST(UnitsTest, WritesWhatItReads) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/units.txt";
  const Strings tokens = {"<blank>", "<unk>", "\x13", " ", "a\r", "x y", "<eos>"};
  write_units(path, tokens);
  EXPECT_EQ(read_units(path), tokens);
  EXPECT_THROW(write_units(path, {"<blank>", "a\nb", "<eos>"}), DataError);
  EXPECT_THROW(write_units(path, {"<blank>", "a", "a", "<eos>"}), DataError);
  EXPECT_THROW(write_units(path, {"a", "b", "<eos>"}), DataError);
  EXPECT_THROW(write_units(path, {"<blank>", "a", "b"}), DataError);
  EXPECT_THROW(write_units(path, {}), DataError);
  EXPECT_EQ(read_units(path), tokens) << "a refused list left its traces";
  EXPECT_THROW(read_units(folder.path() + "/none"), DataError);
}

TEST(UnitsTest, ReadsThePeersFiles) {
  const std::string root = std::string(SOTTO_SHARED_DIR) + "/fixtures/";
  if (!std::filesystem::exists(root)) {
    GTEST_SKIP() << "no fixtures";
  }
  const Strings audio = read_units(root + "avsr_audio/units.txt");
  EXPECT_EQ(audio.size(), 66u);
  EXPECT_EQ(audio[1], "<unk>");
  EXPECT_EQ(audio[64], "\xE2\x96\x81IN");
  EXPECT_EQ(tokenizer_type_of(audio), "sentencepiece");
  EXPECT_EQ(tokenizer_type_of(read_units(root + "cn24_video/units.txt")), "characters");
}

}  // namespace
}  // namespace sotto::datasets
