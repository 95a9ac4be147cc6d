#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "datasets/media_utterance.h"
#include "experiments/transcriber.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

/// Six clips of the talker that the shipped model knows; empty where they are not at hand.
std::vector<std::string> sentences() {
  const auto folder = std::filesystem::path(SOTTO_SHARED_DIR) / "data/grid/s1";
  std::vector<std::string> paths;
  for (const char* id : {"bbaf2n", "bbas3a", "bgah3a", "bgbn8n", "bram4p", "brwa2n"}) {
    const auto path = folder / (std::string(id) + ".mp4");
    if (std::filesystem::exists(path)) {
      paths.push_back(path.string());
    }
  }
  return paths;
}

class LongClipTest : public testing::TestWithParam<const char*> {};

TEST_P(LongClipTest, AClipOfSeveralSentencesHasTheirWords) {
  const std::vector<std::string> paths = sentences();
  if (paths.size() < 6) {
    GTEST_SKIP() << "the GRID clips are not here";
  }
  Transcriber transcriber(
      read_model(SOTTO_SOURCE_DIR "/experiments/pretrained/grid-av.safetensors"));
  TranscribeOptions options;
  options.modality = GetParam();
  options.search = transcriber.card().decode;
  const auto quiet = [](const std::string&) {};
  datasets::Utterance joined;
  std::vector<decoding::Word> expected;
  double offset_s = 0;
  for (const std::string& path : paths) {
    const datasets::Utterance part = datasets::read_media_utterance(path);
    const datasets::Crop& lips = part.crops.at("lips");
    datasets::Crop& all =
        joined.crops.emplace("lips", datasets::Crop{0, 96, 96, 1, {}}).first->second;
    all.frames += lips.frames;
    all.pixels.insert(all.pixels.end(), lips.pixels.begin(), lips.pixels.end());
    joined.wave.insert(joined.wave.end(), part.wave.begin(), part.wave.end());
    const auto transcript = transcriber.transcribe(path, options, quiet).front();
    for (decoding::Word word : transcript.words) {
      word.start += offset_s;
      expected.push_back(word);
    }
    offset_s += static_cast<double>(lips.frames) / 25;
  }
  const TemporaryFolder folder;
  datasets::write_clip(folder / "joined.mkv", joined);
  const auto whole = transcriber.transcribe(folder / "joined.mkv", options, quiet).front();
  EXPECT_DOUBLE_EQ(whole.duration, offset_s);
  // Sound pauses between sentences only; lips rest within words too.
  const size_t allowed = options.modality == "v" ? 1 : 0;
  size_t right = 0;
  size_t i = 0;
  for (const decoding::Word& word : whole.words) {
    const auto same = std::find_if(expected.begin() + i, expected.end(), [&](const auto& wanted) {
      return wanted.word == word.word && std::abs(wanted.start - word.start) < 0.13;
    });
    if (same != expected.end()) {
      i = same - expected.begin() + 1;
      ++right;
    }
  }
  EXPECT_GE(right + allowed, expected.size()) << whole.text;
  EXPECT_LE(whole.words.size(), expected.size());
  std::string text;
  for (const decoding::TokenTime& token : whole.tokens) {
    text += token.word < 0 ? "" : token.piece;
  }
  std::string letters = whole.text;
  letters.erase(std::remove(letters.begin(), letters.end(), ' '), letters.end());
  EXPECT_EQ(text, letters);
}

INSTANTIATE_TEST_SUITE_P(Streams, LongClipTest, testing::Values("v", "a", "av"));

}  // namespace
}  // namespace sotto::experiments
