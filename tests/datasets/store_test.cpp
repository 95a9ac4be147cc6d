#include "datasets/store.h"

#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

Crop noise_crop(int64_t frames, int64_t height, int64_t width, int64_t channels) {
  Crop crop{frames, height, width, channels, {}};
  uint32_t state = 7;
  for (int64_t i = 0; i < frames * crop.frame_bytes(); ++i) {
    state = state * 1664525 + 1013904223;
    crop.pixels.push_back(static_cast<uint8_t>(i % 3 == 0 ? state >> 24 : i / 7));
  }
  return crop;
}

std::vector<float> noise_wave(size_t samples) {
  std::vector<float> wave;
  for (size_t n = 0; n < samples; ++n) {
    const auto value = static_cast<int16_t>((n * 40503) & 0xFFFF);
    wave.push_back(static_cast<float>(value) / 32768.0F);
  }
  return wave;
}

Utterance example() {
  Utterance utterance;
  utterance.id = "s1/bbaf2n";
  utterance.crops["lips"] = noise_crop(30, 96, 96, 1);
  utterance.wave = noise_wave(30 * 640);
  utterance.text = "bin blue";
  utterance.words = {{"bin", 0.1, 0.4}, {"blue", 0.4, 0.75}};
  utterance.talker = "s1";
  utterance.source = "s1/bbaf2n.mpg";
  utterance.quality = {0.9, 0.95, 2, 120.5, 25};
  utterance.warnings = {"its sound is \"odd\""};
  return utterance;
}

TEST(ClipTest, RoundTripIsExact) {
  const TemporaryFolder folder;
  const Utterance utterance = example();
  write_clip(folder / "a.mkv", utterance);
  const Utterance read = read_clip(folder / "a.mkv");
  ASSERT_EQ(read.crops.size(), 1U);
  const Crop& lips = read.crops.at("lips");
  EXPECT_EQ(lips.frames, 30);
  EXPECT_EQ(lips.height, 96);
  EXPECT_EQ(lips.width, 96);
  EXPECT_EQ(lips.pixels, utterance.crops.at("lips").pixels);
  EXPECT_EQ(read.wave, utterance.wave);
}

TEST(ClipTest, EqualUtterancesAreEqualFiles) {
  const TemporaryFolder folder;
  write_clip(folder / "a.mkv", example());
  write_clip(folder / "b.mkv", example());
  EXPECT_EQ(read_file(folder / "a.mkv"), read_file(folder / "b.mkv"));
}

TEST(ClipTest, LipsOnlySoundOnlyAndOneFrame) {
  const TemporaryFolder folder;
  Utterance lips;
  lips.crops["lips"] = noise_crop(1, 96, 96, 1);
  write_clip(folder / "lips.mkv", lips);
  EXPECT_EQ(read_clip(folder / "lips.mkv").crops.at("lips").pixels, lips.crops["lips"].pixels);
  EXPECT_TRUE(read_clip(folder / "lips.mkv").wave.empty());
  Utterance sound;
  sound.wave = noise_wave(777);
  write_clip(folder / "sound.mkv", sound);
  EXPECT_EQ(read_clip(folder / "sound.mkv").wave, sound.wave);
  EXPECT_TRUE(read_clip(folder / "sound.mkv").crops.empty());
}

TEST(ClipTest, FurtherCropsKeepTheirNamesAndColours) {
  const TemporaryFolder folder;
  Utterance utterance = example();
  utterance.crops["face"] = noise_crop(30, 64, 48, 3);
  write_clip(folder / "a.mkv", utterance);
  const Utterance read = read_clip(folder / "a.mkv");
  EXPECT_EQ(read.crops.at("face").channels, 3);
  EXPECT_EQ(read.crops.at("face").pixels, utterance.crops["face"].pixels);
  EXPECT_EQ(read.crops.at("lips").pixels, utterance.crops["lips"].pixels);
}

TEST(ClipTest, SoundIsRoundedAndKeptInRange) {
  const TemporaryFolder folder;
  Utterance utterance;
  utterance.wave = {2.0F, -2.0F, 0.4F / 32768, 0.6F / 32768, NAN};
  write_clip(folder / "a.mkv", utterance);
  const std::vector<float> wanted = {32767.0F / 32768, -1.0F, 0.0F, 1.0F / 32768, 0.0F};
  EXPECT_EQ(read_clip(folder / "a.mkv").wave, wanted);
}

TEST(ClipTest, ImpossibleUtterancesAreRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_clip(folder / "a.mkv", {}), DataError);
  Utterance utterance = example();
  utterance.crops["lips"].frames = 31;
  EXPECT_THROW(write_clip(folder / "a.mkv", utterance), DataError);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.mkv"));
}

TEST(ClipTest, DamageIsFoundAndNamed) {
  const TemporaryFolder folder;
  write_clip(folder / "a.mkv", example());
  std::string bytes = read_file(folder / "a.mkv");
  for (size_t at = bytes.size() / 4; at < bytes.size(); at += 5000) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  }
  put(folder / "b.mkv", bytes);
  const std::string message = message_of<DataError>([&] { read_clip(folder / "b.mkv"); });
  EXPECT_NE(message.find("b.mkv"), std::string::npos) << message;
  put(folder / "c.mkv", bytes.substr(0, 300));
  EXPECT_THROW(read_clip(folder / "c.mkv"), DataError);
  EXPECT_THROW(read_clip(test_clip()), DataError);
}

TEST(ManifestTest, LinesRoundTrip) {
  const ManifestEntry entry = describe(example(), "clips/s1/bbaf2n.mkv");
  EXPECT_EQ(entry.frames, 30);
  EXPECT_EQ(entry.samples, 30 * 640);
  const std::string line = to_json_line(entry);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const ManifestEntry read = from_json_line(line, "manifest.jsonl:1");
  EXPECT_EQ(to_json_line(read), line);
  EXPECT_EQ(read.words.at(1).word, "blue");
  EXPECT_DOUBLE_EQ(read.words.at(1).end_s, 0.75);
  EXPECT_EQ(read.warnings, entry.warnings);
}

TEST(ManifestTest, BadLinesNameTheirPlace) {
  for (const char* line :
       {"",
        "{",
        "[]",
        "{\"id\": 3, \"clip\": \"c\"}",
        "{\"id\": \"a\"}",
        "{\"id\": \"a\", \"clip\": \"../secret.mkv\"}",
        "{\"id\": \"a\", \"clip\": \"/etc/x\"}",
        "{\"id\": \"a\", \"clip\": \"c\", \"frames\": -1}",
        "{\"id\": \"a\", \"clip\": \"c\", \"words\": [3]}"}) {
    const std::string message = message_of<DataError>([&] { from_json_line(line, "m.jsonl:7"); });
    EXPECT_EQ(message.rfind("m.jsonl:7: expected", 0), 0U) << line << " -> " << message;
  }
}

TEST(StoreTest, OpensLoadsAndChecks) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "clips/s1");
  const Utterance utterance = example();
  write_clip(folder / "clips/s1/bbaf2n.mkv", utterance);
  const ManifestEntry entry = describe(utterance, "clips/s1/bbaf2n.mkv");
  put(folder / "manifest.jsonl", to_json_line(entry) + "\n");
  const Store store(folder.path());
  ASSERT_EQ(store.manifest().size(), 1U);
  const Utterance loaded = store.load(store.entry("s1/bbaf2n"));
  EXPECT_EQ(loaded.text, "bin blue");
  EXPECT_EQ(loaded.wave, utterance.wave);
  EXPECT_THROW(store.entry("s2/none"), DataError);
  ManifestEntry wrong = entry;
  wrong.frames = 29;
  EXPECT_THROW(store.load(wrong), DataError);
}

TEST(StoreTest, WhatIsNoStoreIsNamed) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of<DataError>([&] { Store(folder / "none"); }).find("none"), std::string::npos);
  put(folder / "store.json", "{}");
  EXPECT_NE(message_of<DataError>([&] { Store store(folder.path()); }).find("finish"), std::string::npos);
  const std::string line = to_json_line(describe(example(), "clips/a.mkv")) + "\n";
  put(folder / "manifest.jsonl", line + line);
  EXPECT_NE(message_of<DataError>([&] { Store store(folder.path()); }).find(":2"), std::string::npos);
}

}  // namespace
}  // namespace sotto::datasets
