// NIST's sclite beside ours: the golden report was made with it, and where it is installed
// (Debian's sctk) both count random sentences.
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "common/files.h"
#include "experiments/score_files.h"
#include "experiments/score_table.h"
#include "experiments/score_talkers.h"
#include "tests/common/temporary_folder.h"
#include "tests/sctk.h"

namespace sotto::experiments {
namespace {

/// Sentences, words, correct, substitutions, deletions, insertions, errors, wrong sentences.
using Counts = std::vector<int64_t>;

Counts counts_of(const ScoreRow& row) {
  const EditCounts& counts = row.counts;
  return {
      row.sentences,
      counts.reference(),
      counts.correct,
      counts.substitutions,
      counts.deletions,
      counts.insertions,
      counts.errors(),
      row.wrong_sentences};
}

/// The rows of sclite's report of raw counts (`-o rsum`), by talker; "sum" is the last.
std::map<std::string, Counts> rows_of(const std::string& report) {
  std::map<std::string, Counts> rows;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    std::string cells;
    for (const char c : line) {
      cells += c == '|' ? ' ' : c;
    }
    std::istringstream fields(cells);
    std::string name;
    fields >> name;
    Counts counts;
    for (int64_t count = 0; fields >> count;) {
      counts.push_back(count);
    }
    if (counts.size() == 8 && fields.eof()) {
      rows[name == "Sum" ? "sum" : name] = counts;
    }
  }
  return rows;
}

std::map<std::string, Counts> our_rows(
    const std::string& reference,
    const std::string& hypothesis,
    ScoreUnit unit = ScoreUnit::kWords) {
  std::vector<ScoredText> texts = read_scored_texts(reference, hypothesis).texts;
  name_talkers(texts);
  ScoreOptions options;
  options.costs = EditCosts::kSclite;
  options.count_spaces = false;
  const ScoreReport report = score(texts, options);
  std::map<std::string, Counts> rows;
  for (const ScoreRow& row : talker_rows(report, unit)) {
    rows[row.name] = counts_of(row);
  }
  rows["sum"] = counts_of(total_row(report, unit));
  return rows;
}

std::string sclite(
    const std::string& reference,
    const std::string& hypothesis,
    const std::string& out,
    const std::string& options = "") {
  return "sctk sclite " + options + " -r '" + reference + "' trn -h '" + hypothesis +
         "' trn -i spu_id -o rsum stdout >'" + out + "' 2>&1";
}

/// Han characters without blanks, a few different ones.
std::string han_sentence(std::mt19937& engine) {
  std::string text;
  const size_t length = 1 + engine() % 20;
  for (size_t i = 0; i < length; ++i) {
    text += std::vector<std::string>{"我", "你", "的", "是", "不", "了"}[engine() % 6];
  }
  return text + " ";
}

/// Sentences of few different words, so that alignments often tie; some are empty.
std::string sentence(std::mt19937& engine) {
  std::string text;
  const size_t length = engine() % 13;
  for (size_t i = 0; i < length; ++i) {
    const char letter = static_cast<char>((engine() % 2 == 0 ? 'a' : 'A') + engine() % 5);
    text += std::string(1 + engine() % 2, letter) + " ";
  }
  return text;
}

void write_random(
    const std::string& reference,
    const std::string& hypothesis,
    int sentences,
    const std::function<std::string(std::mt19937&)>& sentence) {
  std::mt19937 engine(4);
  std::string said;
  std::string heard;
  for (int i = 0; i < sentences; ++i) {
    const std::string talker = "s" + std::to_string(engine() % 7);
    const std::string id =
        "(" + talker + (engine() % 2 == 0 ? "-" : "_") + std::to_string(i) + ")\n";
    said += sentence(engine) + id;
    heard.insert(engine() % 2 == 0 ? 0 : heard.size(), sentence(engine) + id);
  }
  write_file(reference, said);
  write_file(hypothesis, heard);
}

TEST(ScoreSctkTest, EqualsScliteOnRandomSentences) {
  if (!tests::has_sctk()) {
    GTEST_SKIP() << "sctk is not installed; only the golden report was compared";
  }
  const TemporaryFolder folder;
  write_random(folder / "ref.trn", folder / "hyp.trn", 600, sentence);
  ASSERT_EQ(std::system(sclite(folder / "ref.trn", folder / "hyp.trn", folder / "out").c_str()), 0);
  const std::map<std::string, Counts> theirs = rows_of(read_file(folder / "out"));
  EXPECT_EQ(theirs.size(), 8U);
  EXPECT_EQ(our_rows(folder / "ref.trn", folder / "hyp.trn"), theirs);
}

TEST(ScoreSctkTest, EqualsScliteOnMandarinByCharacters) {
  if (!tests::has_sctk()) {
    GTEST_SKIP() << "sctk is not installed; only the golden report was compared";
  }
  const TemporaryFolder folder;
  write_random(folder / "ref.trn", folder / "hyp.trn", 300, han_sentence);
  const std::string command =
      sclite(folder / "ref.trn", folder / "hyp.trn", folder / "out", "-e utf-8 -c");
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(
      our_rows(folder / "ref.trn", folder / "hyp.trn", ScoreUnit::kCharacters),
      rows_of(read_file(folder / "out")));
}

// tests/data/sctk/score holds what sclite counted; SOTTO_MAKE_GOLDEN=1 makes it anew.
TEST(ScoreSctkTest, EqualsTheGoldenReport) {
  const std::string folder = std::string(SOTTO_SOURCE_DIR) + "/tests/data/sctk/score/";
  if (std::getenv("SOTTO_MAKE_GOLDEN") != nullptr && tests::has_sctk()) {
    write_random(folder + "ref.trn", folder + "hyp.trn", 60, sentence);
    const std::string command = "cd '" + folder + "' && " + sclite("ref.trn", "hyp.trn", "report");
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  const std::map<std::string, Counts> theirs = rows_of(read_file(folder + "report"));
  EXPECT_EQ(theirs.size(), 8U);
  EXPECT_EQ(our_rows(folder + "ref.trn", folder + "hyp.trn"), theirs);
}

}  // namespace
}  // namespace sotto::experiments
