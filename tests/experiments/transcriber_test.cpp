#include "experiments/transcriber.h"

#include "common/error.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

class TranscriberTest : public testing::Test {
 protected:
  TranscriberTest() {
    const Recipe recipe = tests::tiny_recipe("none");
    model_.card.name = "tiny";
    model_.card.model = recipe.model;
    model_.tokenizer = datasets::make_tokenizer("characters", datasets::english_characters());
    model_.network = AvsrModel(recipe.model, model_.tokenizer->size());
    tests::fill(*model_.network, tests::golden_weight);
    model_.network->eval();
    transcriber_ = std::make_unique<Transcriber>(model_);
    options_.search.beam = 3;
    options_.search.nbest = 3;
  }

  std::vector<decoding::Transcript> transcribe(const std::string& path) {
    return transcriber_->transcribe(path, options_, [](const std::string&) {});
  }

  /// Raw input of three clips: both streams, lips, sound.
  std::string raw_file() const {
    const std::string path = folder_ / "raw.safetensors";
    at::manual_seed(20);
    const auto pictures = [](int64_t T) {
      return at::randint(0, 256, {T, 1, 16, 16}, at::kLong).to(at::kByte);
    };
    write_tensors(
        path,
        {{"b/both/input_u8", pictures(6)},
         {"b/both/input_wave", at::randn({6 * 640 + 100})},
         {"lips/input_u8", pictures(5)},
         {"sound/input_wave", at::randn({4 * 640})},
         {"sound/notes", at::zeros({2})}},
        {});
    return path;
  }

  TemporaryFolder folder_;
  LoadedModel model_;
  std::unique_ptr<Transcriber> transcriber_;
  TranscribeOptions options_;
};

TEST_F(TranscriberTest, RawInputIsFedAsItIs) {
  const std::string path = raw_file();
  const auto transcripts = transcribe(path);
  ASSERT_EQ(transcripts.size(), 3U);
  const char* ids[] = {"b/both", "lips", "sound"};
  const char* modalities[] = {"av", "v", "a"};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(transcripts[i].id, ids[i]);
    EXPECT_EQ(transcripts[i].path, path);
    EXPECT_EQ(transcripts[i].modality, modalities[i]);
  }
  // The same through the library's own steps.
  const at::NoGradGuard no_grad;
  datasets::Batch batch;
  batch.lengths = Lengths::full(1, 5);
  batch.presence = tests::table({{1, 0}});
  const auto& input = model_.card.model.input;
  const at::Tensor pictures = read_tensors(path).at("lips/input_u8").to(at::kFloat);
  batch.lips = ((pictures / 255 - input.mean) / input.deviation).unsqueeze(0);
  const Encoded encoded = encode_batch(*model_.network, batch, {false, true});
  const auto expected = search_clips(*model_.network, encoded, options_.search).front();
  ASSERT_EQ(transcripts[1].nbest.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(transcripts[1].nbest[i].tokens, expected[i].labels());
    EXPECT_NEAR(transcripts[1].nbest[i].score, expected[i].score, 1e-5);
  }
}

TEST_F(TranscriberTest, WordsHaveTimesWithinTheClip) {
  for (const auto& transcript : transcribe(raw_file())) {
    double before = 0;
    for (const auto& word : transcript.words) {
      EXPECT_LE(before, word.start + 1e-9);
      EXPECT_LE(word.start, word.end);
      EXPECT_LE(word.end, 0.04 * 6 + 1e-9);
      before = word.start;
    }
  }
}

TEST_F(TranscriberTest, RawInputThatDoesNotFit) {
  const std::string path = folder_ / "bad.safetensors";
  const auto fault_of = [&](const TensorMap& tensors) -> std::string {
    write_tensors(path, tensors, {});
    try {
      transcribe(path);
    } catch (const DataError& fault) {
      EXPECT_NE(std::string(fault.what()).find(path), std::string::npos);
      return fault.what();
    }
    return "";
  };
  EXPECT_NE(fault_of({{"x", at::zeros({2})}}).find("input_u8"), std::string::npos);
  EXPECT_NE(
      fault_of({{"x/input_u8", at::zeros({4, 1, 20, 20}, at::kByte)}}).find("16"),
      std::string::npos);
  EXPECT_NE(fault_of({{"x/input_u8", at::zeros({4, 16}, at::kByte)}}), "");
  EXPECT_NE(fault_of({{"x/input_u8", at::zeros({0, 1, 16, 16}, at::kByte)}}), "");
  EXPECT_NE(fault_of({{"x/input_wave", at::zeros({639})}}), "");
}

TEST_F(TranscriberTest, WishesThatCannotBeFulfilled) {
  const std::string path = raw_file();
  options_.modality = "av";
  EXPECT_THROW(transcribe(path), DataError);  // the second clip has lips only
  options_.modality = "x";
  EXPECT_THROW(transcribe(path), ConfigError);
}

#ifndef SOTTO_NO_MEDIA
TEST_F(TranscriberTest, SoundOfAMediaFile) {
  const std::string path = folder_ / "clip.mkv";
  datasets::write_clip(path, tests::without_lips(tests::clock_utterance("clip", 0, 30)));
  options_.modality = "a";
  const auto transcripts = transcribe(path);
  ASSERT_EQ(transcripts.size(), 1U);
  EXPECT_EQ(transcripts[0].id, "clip");
  EXPECT_EQ(transcripts[0].modality, "a");
  options_.modality = "auto";
  EXPECT_EQ(transcribe(path)[0].text, transcripts[0].text);
  write_file(folder_ / "text.mp4", "no clip");
  EXPECT_THROW(transcribe(folder_ / "text.mp4"), DataError);
}
#endif

}  // namespace
}  // namespace sotto::experiments
