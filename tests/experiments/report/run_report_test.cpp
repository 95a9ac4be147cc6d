#include "experiments/report/run_report.h"

#include <cmath>
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/error.h"
#include "common/files.h"
#include "experiments/report/compare_runs.h"
#include "experiments/report/curves.h"
#include "experiments/report/png.h"
#include "experiments/report/run_log.h"
#include "experiments/report/sample_section.h"
#include "experiments/report/text_section.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What made of a fault when a report was asked for.
std::string fault_of(const std::string& run) {
  try {
    write_run_report(run);
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "";
}

GreyPicture grey(int64_t rows, int64_t columns, uint8_t value) {
  return {rows, columns, std::vector<uint8_t>(static_cast<size_t>(rows * columns), value)};
}

SampleClip small_sample() {
  SampleClip clip;
  clip.id = "one<1>";
  clip.modality = "av";
  clip.reference = "go up";
  clip.hypothesis = "no up";
  clip.frames = 4;
  clip.speech = {0, 0.9, 0.8, 0.1};
  clip.tokens = {{"g", 1, 2, 0.9}, {"o", 2, 3, 0.8}};
  clip.tracks = {{0, 0.9, 0.1, 0}, {0, 0, 0.8, 0}};
  clip.attention = {2, 4, {255, 0, 0, 0, 0, 128, 127, 0}};
  clip.attention_peak = 0.5;
  clip.attention_tokens = {"g", "end"};
  clip.lips = {{1, grey(3, 3, 90), grey(3, 3, 0)}, {3, grey(3, 3, 90), grey(3, 3, 255)}};
  return clip;
}

/// Two stages of two epochs, five lines of training each; the lowest errors are 40 % and 10 %.
void write_run(const std::string& run, double rate, double more = 0) {
  std::filesystem::create_directories(run);
  write_file(
      run + "/recipe.yaml",
      "name: \"<tiny>\"\nabout: \"a & b\"\nseed: 3\nstages:\n  - name: first\n    epochs: 2\n    "
      "learning_rate: " +
          std::to_string(rate) + "\n  - name: second\n    epochs: 5\n    learning_rate: 0.5\n");
  RunLog log(run);
  const double errors[] = {0.9, 0.4, 0.5, 0.45};
  int epoch = 0;
  for (const char* stage : {"first", "second"}) {
    for (int64_t step = 1; step <= 10; ++step) {
      TrainingLine line;
      line.stage = stage;
      line.epoch = (step + 4) / 5;
      line.step = step;
      line.loss = {{"total", 3.0 / static_cast<double>(step)}, {"ctc", 1}};
      line.learning_rate = rate;
      line.frames_per_s = 1000;
      log.trained(line);
      if (step % 5 == 0) {
        const double error = errors[epoch++] + more;
        log.validated(
            {{"stage", stage},
             {"epoch", step / 5},
             {"step", step},
             {"wer", {{"v", error}, {"av", error / 4}}}});
      }
    }
  }
  log.finish();
}

class RunReportTest : public testing::Test {
 protected:
  void SetUp() override { write_run(run_, 0.25); }
  std::string page() { return read_file(write_run_report(run_)); }

  TemporaryFolder folder_;
  std::string run_ = folder_ / "run";
};

TEST_F(RunReportTest, OnePageOfEverythingThatNeedsNothing) {
  const std::string html = page();
  EXPECT_TRUE(has(html, "<title>&lt;tiny&gt; - sotto</title>"));
  EXPECT_TRUE(has(html, "a &amp; b"));
  EXPECT_FALSE(has(html, "<tiny>"));
  EXPECT_TRUE(has(html, "<span class=\"state finished\">finished</span>"));
  EXPECT_FALSE(std::regex_search(html, std::regex("(src|href)=\"(?!data:)")));
  EXPECT_FALSE(has(html, "@import"));
  EXPECT_FALSE(has(html, "<script"));
  // Charts: word errors, loss, learning rate, speed; gradient norms and waits were all zero.
  EXPECT_EQ(count_of(html, "<svg "), 4U);
}

TEST_F(RunReportTest, EveryValidationIsAPointAndTheLowestIsRinged) {
  const std::string html = page();
  const std::string chart = html.substr(html.find("Word errors<small>"));
  const std::string svg = chart.substr(0, chart.find("</svg>"));
  EXPECT_EQ(count_of(svg, "<title>lips: "), 4U);
  EXPECT_EQ(count_of(svg, "<title>both: "), 4U);
  EXPECT_TRUE(has(svg, "<title>lips: 40 at epoch 2</title>"));
  EXPECT_TRUE(has(svg, "<title>both: 12.5 at epoch 3</title>"));  // counted over stages
  EXPECT_EQ(count_of(svg, " best\"><circle"), 2U);
  EXPECT_TRUE(has(svg, ">40</text></g>"));
  EXPECT_TRUE(has(svg, ">10</text></g>"));
  EXPECT_TRUE(has(html, "<dd>40.00 %<small>lowest, epoch 2</small>"));
  EXPECT_TRUE(has(html, "<dd>20<"));  // steps of both stages
}

TEST_F(RunReportTest, StagesAreThoseOfTheRecipe) {
  const std::string html = page();
  EXPECT_TRUE(
      std::regex_search(html, std::regex("<td>first<td><td class=\"n\">2 of 2<td class=\"n\">10")));
  EXPECT_TRUE(std::regex_search(
      html, std::regex("<td>second<td><td class=\"n\">2 of 5<td class=\"n\">10")));
}

TEST_F(RunReportTest, TextsAndSamplesAreShown) {
  ValidationTexts texts{"second", 2, 10, {}};
  texts.texts.push_back({"av", "clip<1>", 1.5, "go <b> up", "go <i> up"});
  texts.texts.push_back({"av", "clip2", 2.5, "no by", "no by"});
  write_validation_texts(run_, texts);
  write_samples(run_, {small_sample()});
  const std::string html = page();
  EXPECT_TRUE(has(html, "clip&lt;1&gt;"));
  EXPECT_FALSE(has(html, "clip<1>"));
  EXPECT_TRUE(has(html, "<span class=\"w sub\">&lt;i&gt;</span>"));
  EXPECT_TRUE(has(html, "1 of 3 wrong"));
  EXPECT_FALSE(has(html, "<b>clip2</b>"));  // without errors
  EXPECT_TRUE(has(html, "Looking inside"));
  EXPECT_TRUE(has(html, "one&lt;1&gt;"));
  EXPECT_FALSE(has(html, "one<1>"));
}

TEST_F(RunReportTest, AReportNeedsALog) {
  EXPECT_TRUE(has(fault_of(folder_ / "nowhere"), "nowhere: expected the folder of a run"));
  std::filesystem::create_directories(folder_ / "empty");
  EXPECT_TRUE(has(fault_of(folder_ / "empty"), "log.jsonl: nothing was logged yet"));
  write_file(folder_ / "empty/log.jsonl", "");
  EXPECT_TRUE(has(fault_of(folder_ / "empty"), "log.jsonl: nothing was logged yet"));
  write_file(run_ + "/samples.json", "{\"clips\":[{}]}");
  EXPECT_TRUE(has(fault_of(run_), "samples.json: "));
  write_file(run_ + "/samples.json", "{\"clips\":[]}");
  write_file(run_ + "/validation.jsonl", "{}\n");
  EXPECT_TRUE(has(fault_of(run_), "validation.jsonl:1: "));
}

TEST_F(RunReportTest, LinesOfOldLogsAreValidations) {
  write_file(
      run_ + "/log.jsonl",
      "{\"epoch\":1,\"loss\":{\"total\":2.5},\"stage\":\"a\",\"step\":4,\"perplexity\":8}\n"
      "{\"epoch\":2,\"loss\":{\"total\":null},\"stage\":\"a\",\"step\":8,\"perplexity\":6}\n");
  const RunData run = read_run(run_);
  EXPECT_EQ(run.training.size(), 0U);
  EXPECT_EQ(run.measures(), std::vector<std::string>{"perplexity"});
  EXPECT_EQ(run.measured("perplexity").at(""), (Curve{{1, 8}, {2, 6}}));
  EXPECT_TRUE(has(page(), "Perplexity"));
}

TEST_F(RunReportTest, RunsSideBySide) {
  write_run(folder_ / "other", 0.125, 0.01);
  const std::vector<RunData> runs = {read_run(run_), read_run(folder_ / "other")};
  const auto differences = recipe_differences(runs);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].key, "stages.0.learning_rate");
  EXPECT_EQ(differences[0].values, (std::vector<std::string>{"0.250000", "0.125000"}));
  EXPECT_EQ(
      comparison_table(runs),
      "run    state     epochs  steps  v wer %  av wer %\n"
      "run    finished       4     20       40        10\n"
      "other  finished       4     20       41     10.25\n");
  const std::string html = comparison_page(runs);
  EXPECT_TRUE(has(html, "<td class=\"n best\">40"));
  EXPECT_FALSE(has(html, "<td class=\"n best\">41"));
  EXPECT_EQ(count_of(html, "<title>other: "), 4U + 4 + 20 + 20 + 20);  // errors, loss, rate, speed
}

TEST_F(RunReportTest, RunsOfOneNameAreToldByTheirFolders) {
  write_run(folder_ / "a/run", 0.25);
  write_run(folder_ / "b/run", 0.25);
  const std::vector<RunData> runs = {read_run(folder_ / "a/run/"), read_run(folder_ / "b/run")};
  EXPECT_EQ(run_labels(runs), (std::vector<std::string>{"a/run", "b/run"}));
  EXPECT_TRUE(has(comparison_page(runs), "The recipes are equal."));
}

TEST(TextSectionTest, WrongWordsAreMarkedInPlace) {
  const std::string pair = marked_pair("a b c", "a x c d", false);
  EXPECT_TRUE(has(pair, "<td>said<td>a<td>b<td>c<td><span class=\"none\">"));
  EXPECT_TRUE(has(
      pair,
      "<td>heard<td>a<td><span class=\"w sub\">x</span><td>c<td><span class=\"w ins\">d</span>"));
  EXPECT_TRUE(has(marked_pair("a b", "a", false), "<span class=\"w del\">b</span>"));
}

TEST(TextSectionTest, ConfusionsAreCounted) {
  RunData run;
  run.texts.texts = {
      {"v", "1", 1, "a b", "a c"}, {"v", "2", 1, "b", "c"}, {"v", "3", 1, "a", ""}};
  const std::string html = text_sections(run);
  const size_t first = html.find("<tr><td class=\"n\">2<td>b<td>c</tr>");
  const size_t second =
      html.find("<tr><td class=\"n\">1<td>a<td><span class=\"none\">left out</span></tr>");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
}

TEST(TextSectionTest, MandarinIsComparedByCharacters) {
  EXPECT_TRUE(without_blanks({{"v", "1", 1, "今天天气很好", ""}}));
  EXPECT_FALSE(without_blanks({{"v", "1", 1, "bin blue at f", ""}}));
  EXPECT_TRUE(has(
      marked_pair("今天", "今年", true), "<td>heard<td>今<td><span class=\"w sub\">年</span>"));
}

TEST(CurvesTest, ThinnedAndSmoothedCurvesAreMeans) {
  const Curve line = {{0, 0}, {1, 2}, {2, 4}, {3, 6}, {4, 8}};
  EXPECT_EQ(thinned(line, 5), line);
  EXPECT_EQ(thinned(line, 2), (Curve{{1, 2}, {3.5, 7}}));
  EXPECT_EQ(smoothed(line, 2), line);  // of a line: the line, to its ends
  EXPECT_EQ(smoothed({{0, 0}, {1, 3}, {2, 0}}, 1), (Curve{{0, 0}, {1, 1}, {2, 0}}));
}

TEST(SampleClipTest, ClipsComeBack) {
  const TemporaryFolder folder;
  EXPECT_TRUE(read_samples(folder.path()).empty());
  write_samples(folder.path(), {small_sample()});
  const SampleClip clip = read_samples(folder.path()).at(0);
  const SampleClip expected = small_sample();
  EXPECT_EQ(clip.id, expected.id);
  EXPECT_EQ(clip.hypothesis, expected.hypothesis);
  EXPECT_EQ(clip.speech, expected.speech);
  EXPECT_EQ(clip.tracks, expected.tracks);
  EXPECT_EQ(clip.tokens.at(1).text, "o");
  EXPECT_EQ(clip.tokens.at(1).end, 3);
  EXPECT_EQ(clip.attention.pixels, expected.attention.pixels);
  EXPECT_EQ(clip.attention_tokens, expected.attention_tokens);
  EXPECT_EQ(clip.lips.at(1).frame, 3);
  EXPECT_EQ(clip.lips.at(1).heat.pixels, expected.lips.at(1).heat.pixels);
  const std::string sheet = sample_sheet(clip);
  EXPECT_EQ(count_of(sheet, "<image "), 2U + 2 + 1);  // lips, heat, attention
  EXPECT_TRUE(has(sheet, "<title>g from 0.04 to 0.08 s: 90 %</title>"));
}

TEST(SampleClipTest, HeatHidesNothingWhereThereIsNone) {
  const auto pixels = heat_over(grey(1, 2, 100), {1, 2, {0, 255}});
  ASSERT_EQ(pixels.size(), 6U);
  EXPECT_EQ(
      std::vector<uint8_t>(pixels.begin(), pixels.begin() + 3),
      (std::vector<uint8_t>{100, 100, 100}));
  EXPECT_GT(pixels[3], pixels[5] + 50);  // yellow
}

TEST(PngTest, ASmallPictureByHand) {
  // Header of 1 x 2, grey, as in the specification, with the chunk's checksum.
  const auto png = encode_png(1, 2, 1, {7, 9});
  const std::string bytes(png.begin(), png.end());
  EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(bytes.substr(8, 8), std::string("\0\0\0\x0dIHDR", 8));
  EXPECT_EQ(bytes.substr(16, 13), std::string("\0\0\0\2\0\0\0\1\x08\0\0\0\0", 13));
  EXPECT_EQ(bytes.substr(bytes.size() - 12), std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12));
  EXPECT_THROW(encode_png(1, 2, 1, {7}), Error);
  EXPECT_THROW(encode_png(1, 1, 2, {7, 7}), Error);
}

TEST(Base64Test, VectorsOfTheRfc) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    const std::vector<uint8_t> bytes(plain.begin(), plain.end());
    EXPECT_EQ(to_base64(bytes), coded);
    EXPECT_EQ(from_base64(coded), bytes);
  }
  EXPECT_THROW(from_base64("Zg="), DataError);
  EXPECT_THROW(from_base64("Z?=="), DataError);
  EXPECT_THROW(from_base64("===="), DataError);
}

}  // namespace
}  // namespace sotto::experiments
