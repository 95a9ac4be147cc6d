#include "experiments/aligner.h"

#include <cmath>

#include "common/error.h"
#include "decoding/ctc.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

LoadedModel tiny_loaded_model() {
  const Recipe recipe = tests::tiny_recipe("none");
  LoadedModel model;
  model.card.name = "tiny";
  model.card.model = recipe.model;
  model.tokenizer = datasets::make_tokenizer("characters", datasets::english_characters());
  model.network = AvsrModel(recipe.model, model.tokenizer->size());
  tests::fill(*model.network, tests::golden_weight);
  model.network->eval();
  return model;
}

class AlignerTest : public testing::Test {
 protected:
  AlignerTest() { options_.search.beam = 2; }

  std::string fault_of(const datasets::Utterance& utterance, const std::string& text) {
    try {
      aligner_.align(utterance, text, options_);
    } catch (const DataError& fault) {
      return fault.what();
    }
    return "";
  }

  Aligner aligner_{tiny_loaded_model()};
  AlignOptions options_;
};

TEST_F(AlignerTest, WordsOfATextInOrderWithScores) {
  const datasets::Utterance utterance = tests::clock_utterance("s/clip", 0, 20);
  const auto transcript = aligner_.align(utterance, "Go, up!", options_);
  EXPECT_EQ(transcript.id, "s/clip");
  EXPECT_EQ(transcript.text, "go up");
  EXPECT_EQ(transcript.modality, "av");
  EXPECT_DOUBLE_EQ(transcript.duration, 0.8);
  ASSERT_EQ(transcript.words.size(), 2U);
  EXPECT_EQ(transcript.words[0].word, "go");
  EXPECT_EQ(transcript.words[1].word, "up");
  EXPECT_LT(transcript.words[0].end, transcript.words[1].start + 1e-9);
  EXPECT_LE(transcript.words[1].end, 0.8 + 1e-9);
  EXPECT_LE(transcript.nbest.size(), 1U) << "what was heard";

  // The same through the library's own steps.
  LoadedModel model = tiny_loaded_model();
  const c10::InferenceMode inference;
  const Encoded encoded =
      encode_batch(*model.network, batch_of(utterance, model.card.model.input), {true, true});
  const auto spans = decoding::align_ctc(encoded.emission[0], model.tokenizer->encode("go up"));
  double sum = 0;
  for (const double frame : decoding::path_log_probabilities(encoded.emission[0], spans)) {
    sum += frame;
  }
  EXPECT_NEAR(transcript.score, sum / 20, 1e-4);
  EXPECT_NEAR(transcript.words[0].start, 0.04 * static_cast<double>(spans[0].first_frame), 1e-9);
  EXPECT_NEAR(transcript.words[0].confidence, (spans[0].posterior + spans[1].posterior) / 2, 0.5);
  EXPECT_LE(transcript.words[0].score, 0);
  EXPECT_LE(
      transcript.confidence,
      transcript.words[0].confidence * transcript.words[1].confidence + 1e-9);
}

TEST_F(AlignerTest, StreamsAreChosenAsForTranscripts) {
  const auto sound = tests::without_lips(tests::clock_utterance("clip", 0, 10));
  EXPECT_EQ(aligner_.align(sound, "go", options_).modality, "a");
  options_.modality = "v";
  EXPECT_NE(fault_of(sound, "go"), "");
}

TEST_F(AlignerTest, TextsThatCannotBeAligned) {
  const datasets::Utterance utterance = tests::clock_utterance("clip", 0, 4);
  EXPECT_EQ(fault_of(utterance, ""), "clip: the text is empty");
  EXPECT_EQ(
      fault_of(
          utterance,
          "go \xC3\xBC"
          "ber"),
      "clip: the model's vocabulary cannot write the word '\xC3\xBC"
      "ber' of the text");
  EXPECT_EQ(fault_of(utterance, "goo"), "");  // a blank parts the equal letters: just fits
  EXPECT_EQ(
      fault_of(utterance, "goood"),
      "clip: its 4 frames (1/25 s) are too few for the text, which takes 7 or more");
}

#ifndef SOTTO_NO_MEDIA
TEST_F(AlignerTest, AClipOfSeveralWindowsIsAlignedAsAWhole) {
  const TemporaryFolder folder;
  const std::string path = folder / "clip.mkv";
  datasets::write_clip(path, tests::without_lips(tests::clock_utterance("clip", 0, 60)));
  options_.modality = "a";
  options_.window_s = 1;
  const auto say = [](const std::string&) {};
  const std::string text = "go up and down the hill and go on";
  const auto transcript = aligner_.align(path, text, options_, say);
  EXPECT_EQ(transcript.id, "clip");
  EXPECT_EQ(transcript.path, path);
  EXPECT_DOUBLE_EQ(transcript.duration, 2.4);
  ASSERT_EQ(transcript.words.size(), 9U);
  double before = 0;
  for (const auto& word : transcript.words) {
    EXPECT_LE(before, word.start + 1e-9);
    before = word.end;
    EXPECT_FALSE(std::isnan(word.confidence));
  }
  EXPECT_LE(before, 2.4 + 1e-9);
  EXPECT_THROW(aligner_.align(folder / "none.mkv", text, options_, say), DataError);
}
#endif

TEST(AlignerModelTest, NeedsCtc) {
  LoadedModel model = tiny_loaded_model();
  model.card.model.ctc = false;
  EXPECT_THROW(Aligner{std::move(model)}, ConfigError);
}

}  // namespace
}  // namespace sotto::experiments
