#include "decoding/arpa_reader.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <zlib.h>

#include "common/error.h"
#include "common/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/decoding/small_arpa.h"

namespace sotto::decoding {
namespace {

void write_gzip(const std::string& path, const std::string& text) {
  gzFile file = ::gzopen(path.c_str(), "wb");
  ASSERT_EQ(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())), int(text.size()));
  ::gzclose(file);
}

/// The small file with its first `from` replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = tests::kSmallArpa;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string fault_of(const std::string& text) {
  try {
    parse_arpa(text, "x.arpa");
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "";
}

TEST(ArpaReaderTest, PlainAndCompressed) {
  const TemporaryFolder folder;
  const std::string text = std::string("made by hand\n") + tests::kSmallArpa + "and more\n";
  write_file(folder / "plain.lm", text);
  write_gzip(folder / "packed.lm", text);
  for (const char* name : {"plain.lm", "packed.lm"}) {
    EXPECT_TRUE(is_arpa(folder / name));
    const NgramModel model = read_arpa(folder / name);
    EXPECT_NEAR(model.sentence_log10_probability({model.word("a"), model.word("b")}), -0.33, 1e-6);
  }
}

TEST(ArpaReaderTest, WhatOtherProgramsWrite) {
  // Counts with blanks, blanks for tabs, CRLF, blanks at the ends, <UNK>, words in any order.
  std::string text =
      "\\data\\\nngram  1=      4\nngram 2 = 1\n\n\\1-grams:\n"
      "-1.5 <UNK>\n-1e0 </s> \n0 <s> -0.5\n-0.5 \xe2\x96\x81the -1.5e-1\n"
      "\\2-grams:\n-0.25 \xe2\x96\x81the </s>\n\\end\\\n";
  size_t at = 0;
  while ((at = text.find('\n', at)) != std::string::npos) {
    text.replace(at, 1, "\r\n");
    at += 2;
  }
  const NgramModel model = parse_arpa(text, "x.arpa");
  EXPECT_TRUE(model.has_unknown());
  EXPECT_EQ(model.words()[model.unknown()], "<UNK>");
  EXPECT_NEAR(model.sentence_log10_probability({model.word("\xe2\x96\x81the")}), -1.25, 1e-6);
}

TEST(ArpaReaderTest, SectionsMayBeEmpty) {
  const NgramModel model = parse_arpa(
      "\\data\\\nngram 1=2\nngram 2=0\nngram 3=0\n\\1-grams:\n-9 <s>\n-1 </s>\n\\2-grams:\n"
      "\\3-grams:\n\\end\\\n",
      "x.arpa");
  EXPECT_EQ(model.count(3), 0U);
  EXPECT_NEAR(model.sentence_log10_probability({}), -1, 1e-6);
}

TEST(ArpaReaderTest, FaultsSayWhere) {
  EXPECT_EQ(fault_of("hello\n"), "x.arpa:1: expected a line \\data\\; is this an ARPA file?");
  EXPECT_EQ(fault_of("\\data\\\n"), "x.arpa:1: expected ngram 1=COUNT, got the end of the file");
  EXPECT_EQ(
      fault_of(changed("ngram 2=4", "ngram two=4")),
      "x.arpa:4: expected ngram N=COUNT, got 'ngram two=4'");
  EXPECT_EQ(fault_of(changed("ngram 2=4", "ngram 3=4")), "x.arpa:4: expected the count of 2-grams");
  EXPECT_EQ(
      fault_of(changed("ngram 2=4", "ngram 2=4294967295")),
      "x.arpa:4: expected n-grams of at most 16 words, at most 4294967293 of a length");
  EXPECT_EQ(
      fault_of(changed("\\1-grams:", "\\2-grams:")),
      "x.arpa:7: expected \\1-grams:, got '\\2-grams:'");
  EXPECT_EQ(
      fault_of(changed("ngram 2=4", "ngram 2=5")),
      "x.arpa:20: expected 5 2-grams, as \\data\\ says, got 4");
  EXPECT_EQ(
      fault_of(changed("ngram 2=4", "ngram 2=3")),
      "x.arpa:18: expected 3 2-grams, as \\data\\ says, got more");
  EXPECT_EQ(
      fault_of(changed("-0.4\ta b\t-0.15", "-0.4\ta b c\t-0.15")),
      "x.arpa:16: expected a probability and 2 words, then perhaps a back-off weight, got 5 "
      "fields");
  EXPECT_EQ(
      fault_of(changed("-0.02\ta b </s>", "-0.02\ta b </s>\t0")),
      "x.arpa:22: expected a probability and 3 words, got 5 fields");
  EXPECT_EQ(
      fault_of(changed("-0.75\tb", "0.75\tb")),
      "x.arpa:12: expected a probability of at most 1, got log10 = 0.75");
  EXPECT_EQ(
      fault_of(changed("-0.75\tb", "-inf\tb")),
      "x.arpa:12: expected the log10 of a probability, got '-inf'");
  EXPECT_EQ(
      fault_of(changed("-0.75\tb\t-0.2", "-0.75\tb\t-0.2x")),
      "x.arpa:12: expected the log10 of a back-off weight, got '-0.2x'");
  EXPECT_EQ(fault_of(changed("-0.75\tb", "-0.75\t\xff")), "x.arpa:12: expected UTF-8");
  EXPECT_EQ(fault_of(changed("-0.75\tb", "-0.75\ta")), "x.arpa:12: the word 'a' was there already");
  EXPECT_EQ(
      fault_of(changed("a b\t-0.15", "a c\t-0.15")),
      "x.arpa:16: the word 'c' is not among the 1-grams");
  EXPECT_EQ(
      fault_of(changed("a b </s>", "a a </s>")),
      "x.arpa:22: its first 2 words are no n-gram of the file");
  EXPECT_EQ(fault_of(changed("b a\n", "a b\n")), "x.arpa:18: this n-gram stood in line 16");
  EXPECT_EQ(
      fault_of(changed("-1\t</s>", "-1\t</S>")),
      "x.arpa:14: expected </s> among the words; a model of sentences has it");
  EXPECT_EQ(
      fault_of(changed("-99\t<s>", "-99\t<S>")),
      "x.arpa:14: expected <s> among the words; a model of sentences has it");
  EXPECT_EQ(
      fault_of(changed("\\end\\", "")),
      "x.arpa:24: expected \\end\\ after the last n-gram, got the end of the file");
  EXPECT_EQ(
      fault_of(changed("-0.4\ta b", std::string(1 << 17, 'x'))),
      "x.arpa:16: expected a line of at most 65536 bytes");
}

TEST(ArpaReaderTest, DamagedFiles) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_arpa(folder / "none.arpa"), DataError);
  EXPECT_THROW(is_arpa(folder / "none.arpa"), DataError);
  EXPECT_FALSE(is_arpa(folder.path()));
  EXPECT_THROW(read_arpa(folder.path()), DataError);
  write_file(folder / "long", std::string(1 << 20, 'x'));
  EXPECT_FALSE(is_arpa(folder / "long"));
  std::string noise;
  for (int i = 0; i < 2000; ++i) {
    noise += std::to_string(i * 7919 % 1009) + "\n";
  }
  write_gzip(folder / "packed", tests::kSmallArpa + noise);
  const std::string packed = read_file(folder / "packed");
  std::string damaged = packed;
  damaged[packed.size() / 2] = static_cast<char>(damaged[packed.size() / 2] ^ 0x55);
  for (const std::string& bytes : {packed.substr(0, packed.size() / 2), damaged}) {
    write_file(folder / "damaged", bytes);
    try {
      read_arpa(folder / "damaged");
      FAIL() << "was read";
    } catch (const DataError& fault) {
      EXPECT_NE(std::string(fault.what()).find("damaged: damaged gzip data"), std::string::npos)
          << fault.what();
    }
  }
}

}  // namespace
}  // namespace sotto::decoding
