#include "experiments/doctor.h"

#include <algorithm>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "datasets/shards/pack.h"
#include "tests/common/temporary_folder.h"
#include "tests/talking_store.h"

namespace sotto::experiments {
namespace {

using datasets::Utterance;
using tests::Talking;
using Utterances = std::vector<Utterance>;

DoctorModel english_model() {
  DoctorModel model;
  model.name = "reader";
  model.tokenizer = datasets::make_tokenizer("characters", datasets::english_characters());
  model.beam = 10;
  model.ctc_weight = 0.1;
  model.longest_s = 10;
  return model;
}

DoctorReport examine(const Utterances& utterances, const DoctorModel* model = nullptr) {
  const TemporaryFolder folder;
  tests::write_packed_store(folder.path(), utterances);
  return examine_store({folder.path(), 200, {}}, model);
}

/// The finding of a check; fails the test where there is none.
Finding finding_of(const DoctorReport& report, const std::string& check) {
  for (const Finding& finding : report.findings) {
    if (finding.check == check) {
      return finding;
    }
  }
  ADD_FAILURE() << "nothing about " << check << " in\n" << doctor_text(report);
  return {};
}

bool tells_of(const DoctorReport& report, const std::string& check) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
    return finding.check == check;
  });
}

double number_of(const Finding& finding, const std::string& name) {
  for (const auto& [key, value] : finding.numbers) {
    if (key == name) {
      return value;
    }
  }
  ADD_FAILURE() << finding.check << " has no number " << name;
  return 0;
}

TEST(DoctorTest, AHealthyStoreHasNothingToLookAt) {
  const DoctorModel model = english_model();
  for (const DoctorModel* with : {static_cast<const DoctorModel*>(nullptr), &model}) {
    const DoctorReport report = examine(tests::talking_utterances(), with);
    EXPECT_FALSE(report.serious());
    EXPECT_EQ(report.opened, 12);
    for (const Finding& finding : report.findings) {
      EXPECT_GE(static_cast<int>(finding.severity), static_cast<int>(Severity::kNote))
          << finding.check << ": " << finding.found;
    }
    EXPECT_EQ(finding_of(report, "sound against lips").severity, Severity::kFine);
  }
}

TEST(DoctorTest, ShiftedSoundIsMeasured) {
  for (const int64_t late : {-7, -5, -2, 2, 5, 9}) {
    Talking how;
    how.late = late;
    const Finding finding =
        finding_of(examine(tests::talking_utterances(how)), "sound against lips");
    EXPECT_EQ(number_of(finding, "lag_frames"), static_cast<double>(late)) << finding.found;
    EXPECT_EQ(number_of(finding, "median_lag_frames"), static_cast<double>(late));
    EXPECT_EQ(finding.severity, std::abs(late) >= 3 ? Severity::kSerious : Severity::kLook);
    if (late == 5) {
      EXPECT_NE(finding.found.find("5 frames (200 ms) after"), std::string::npos);
      EXPECT_NE(finding.fix.find("-200 ms"), std::string::npos);
    }
  }
}

TEST(DoctorTest, AStoreWithoutTheModelsCropIsSerious) {
  DoctorModel model = english_model();
  model.inputs.crop = "face:224:112";
  const DoctorReport report = examine(tests::talking_utterances(), &model);
  EXPECT_TRUE(report.serious());
  const Finding finding = finding_of(report, "crops");
  EXPECT_NE(finding.found.find("the network reads the crop face of 112x112"), std::string::npos);
  EXPECT_NE(finding.found.find("--crop face:224:112"), std::string::npos);
  EXPECT_EQ(report.opened, 12);  // all else is measured
  model.lips = false;
  EXPECT_FALSE(tells_of(examine(tests::talking_utterances(), &model), "crops"));
}

TEST(DoctorTest, ColourCountsAsGrey) {
  Utterances colours = tests::talking_utterances();
  const DoctorReport grey = examine(colours);
  for (Utterance& utterance : colours) {
    datasets::Crop& lips = utterance.crops["lips"];
    std::vector<uint8_t> pixels;
    for (const uint8_t value : lips.pixels) {
      pixels.insert(
          pixels.end(), {value, static_cast<uint8_t>(value - 3), static_cast<uint8_t>(value + 3)});
    }
    lips.pixels = std::move(pixels);
    lips.channels = 3;
  }
  const DoctorReport report = examine(colours);
  for (const char* check : {"grey values", "mouth centring", "sound against lips"}) {
    EXPECT_EQ(finding_of(report, check).found, finding_of(grey, check).found);
  }
}

TEST(DoctorTest, SoundOfOthersHasNoLag) {
  Utterances mixed = tests::talking_utterances();
  const Utterances others = tests::talking_utterances();
  for (size_t i = 0; i < mixed.size(); ++i) {
    mixed[i].wave = others[(i + 5) % others.size()].wave;
  }
  const Finding finding = finding_of(examine(mixed), "sound against lips");
  EXPECT_EQ(finding.severity, Severity::kNote);
  EXPECT_NE(finding.found.find("no clear lag"), std::string::npos);
}

TEST(DoctorTest, BrightLipsAreFound) {
  Talking how;
  how.light = 60;
  const DoctorModel model = english_model();
  const Finding finding =
      finding_of(examine(tests::talking_utterances(how), &model), "grey values");
  EXPECT_EQ(finding.severity, Severity::kSerious);
  EXPECT_NEAR(number_of(finding, "mean"), 0.421 + 60 / 255.0, 0.05);
  EXPECT_NE(finding.fix.find("model.input.mean=0.6"), std::string::npos) << finding.fix;
  how.light = 200;
  const Finding burnt = finding_of(examine(tests::talking_utterances(how)), "grey values");
  EXPECT_EQ(burnt.severity, Severity::kSerious);
  EXPECT_GT(number_of(burnt, "share_clipped"), 0.5);
}

TEST(DoctorTest, AMouthOffTheCentreIsFound) {
  Talking how;
  how.left = -24;
  how.down = 16;
  const Finding finding = finding_of(examine(tests::talking_utterances(how)), "mouth centring");
  EXPECT_EQ(finding.severity, Severity::kSerious);
  EXPECT_NEAR(number_of(finding, "motion_x"), -24, 3);
  EXPECT_NEAR(number_of(finding, "motion_y"), 4 + 16, 3);
}

TEST(DoctorTest, AJitteringCropIsFound) {
  Utterances jittering = tests::talking_utterances();
  for (Utterance& utterance : jittering) {
    datasets::Crop& lips = utterance.crops["lips"];
    for (int64_t t = 0; t < lips.frames; t += 2) {  // every other picture lies four pixels aside
      auto* frame = lips.pixels.data() + t * lips.frame_bytes();
      std::rotate(frame, frame + 4, frame + lips.frame_bytes());
    }
  }
  const Finding finding = finding_of(examine(jittering), "mouth centring");
  EXPECT_NE(finding.severity, Severity::kFine) << finding.found;
  EXPECT_GT(number_of(finding, "border_motion"), 0.9);
}

TEST(DoctorTest, OtherFrameRatesAreCounted) {
  Utterances some = tests::talking_utterances();
  for (size_t i = 0; i < 3; ++i) {
    some[i].quality.source_fps = 30;
  }
  const Finding finding = finding_of(examine(some), "frame rates");
  EXPECT_EQ(finding.severity, Severity::kLook);
  EXPECT_DOUBLE_EQ(number_of(finding, "share_not_25"), 0.25);
  EXPECT_NE(finding.found.find("3 at 30"), std::string::npos) << finding.found;
  for (size_t i = 0; i < 3; ++i) {
    some[i].quality.source_fps = 16;
  }
  EXPECT_EQ(finding_of(examine(some), "frame rates").severity, Severity::kSerious);
}

TEST(DoctorTest, CapitalsAreHeldAgainstTheUnits) {
  Utterances capitals = tests::talking_utterances();
  for (Utterance& utterance : capitals) {
    std::transform(
        utterance.text.begin(), utterance.text.end(), utterance.text.begin(), [](char c) {
          return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        });
  }
  DoctorModel model = english_model();
  EXPECT_EQ(finding_of(examine(capitals), "text case").severity, Severity::kLook);
  const DoctorReport report = examine(capitals, &model);
  EXPECT_EQ(finding_of(report, "text case").severity, Severity::kSerious);
  EXPECT_EQ(finding_of(report, "tokens").severity, Severity::kSerious);
  // A model of capitals writes texts of either case.
  std::vector<std::string> tokens = {"<blank>", "<unk>", "<space>"};
  for (char c = 'A'; c <= 'Z'; ++c) {
    tokens.emplace_back(1, c);
  }
  tokens.emplace_back("<eos>");
  model.tokenizer = datasets::make_tokenizer("characters", tokens);
  EXPECT_EQ(finding_of(examine(capitals, &model), "text case").severity, Severity::kFine);
  const DoctorReport lower = examine(tests::talking_utterances(), &model);
  EXPECT_EQ(finding_of(lower, "text case").severity, Severity::kFine);
  EXPECT_EQ(number_of(finding_of(lower, "tokens"), "share_unknown"), 0);
}

TEST(DoctorTest, EmptyTextsAreFound) {
  Utterances empty = tests::talking_utterances();
  empty[4].text.clear();
  const DoctorReport report = examine(empty);
  EXPECT_EQ(finding_of(report, "empty texts").severity, Severity::kSerious);
  EXPECT_NE(finding_of(report, "empty texts").found.find("clip14"), std::string::npos);
  for (Utterance& utterance : empty) {
    utterance.text.clear();
  }
  EXPECT_EQ(finding_of(examine(empty), "empty texts").severity, Severity::kLook);
}

TEST(DoctorTest, OddTextsAreFound) {
  Utterances odd = tests::talking_utterances();
  odd[0].text = "bin blue {NS} now!";
  odd[1].text = "lay  blue 7";
  odd[2].text =
      "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p";
  DoctorModel model = english_model();
  const DoctorReport report = examine(odd, &model);
  const std::string strays = finding_of(report, "characters").found;
  for (const char* stray : {"{ 1", "} 1", "! 1"}) {
    EXPECT_NE(strays.find(stray), std::string::npos) << strays;
  }
  EXPECT_EQ(number_of(finding_of(report, "digits"), "share_with_digits"), 1.0 / 12);
  EXPECT_EQ(number_of(finding_of(report, "blanks"), "share_with_blanks"), 1.0 / 12);
  EXPECT_NE(finding_of(report, "lengths").found.find("clip12"), std::string::npos);
  EXPECT_EQ(number_of(finding_of(report, "texts too long"), "share_crowded"), 1.0 / 12);
  EXPECT_NEAR(number_of(finding_of(report, "tokens"), "share_refused"), 2.0 / 12, 1e-9);
}

TEST(DoctorTest, LengthsAreHeldAgainstTheModel) {
  Talking how;
  how.frames = 300;
  Utterances clips = tests::talking_utterances();
  clips[0] = tests::talking_utterance("clip10", "bin blue now", 1, how);
  const DoctorModel model = english_model();
  const Finding finding = finding_of(examine(clips, &model), "lengths");
  EXPECT_EQ(finding.severity, Severity::kLook);
  EXPECT_NE(finding.found.find("longer than 10.0 s"), std::string::npos);
  EXPECT_EQ(finding_of(examine(clips), "lengths").severity, Severity::kFine);
}

TEST(DoctorTest, WhatStandsStillIsSilentOrDamagedIsNamed) {
  const TemporaryFolder folder;
  Utterances clips = tests::talking_utterances();
  std::fill(clips[0].wave.begin(), clips[0].wave.end(), 0.0F);
  auto& pixels = clips[1].crops["lips"].pixels;
  std::fill(pixels.begin(), pixels.end(), 100);
  clips[2] = clips[3];
  clips[2].id = "clip12";
  tests::write_store(folder.path(), clips);
#ifndef SOTTO_NO_MEDIA
  write_file(folder / "clips/clip20.mkv", "this is no clip");
#endif
  write_file(
      folder / "store.json",
      R"({"notes": ["LRS3 test: expected 1321 clips, found 12"], "text_rules": "english-1"})");
  write_file(folder / "skipped.jsonl", "{\"id\": \"bad\", \"reason\": \"no face\"}\n");
  const DoctorReport report = examine_store({folder.path(), 200, {}}, nullptr);
  EXPECT_TRUE(report.serious());
  EXPECT_NE(finding_of(report, "silence").found.find("clip10"), std::string::npos);
  EXPECT_NE(finding_of(report, "still pictures").found.find("clip11"), std::string::npos);
  EXPECT_NE(finding_of(report, "duplicates").found.find("clip13 = clip12"), std::string::npos);
#ifndef SOTTO_NO_MEDIA
  EXPECT_NE(finding_of(report, "unreadable clips").found.find("clip20"), std::string::npos);
#endif
  EXPECT_NE(finding_of(report, "the corpus").found.find("1321"), std::string::npos);
  EXPECT_NE(finding_of(report, "text rules").found.find("english-1"), std::string::npos);
  EXPECT_NEAR(number_of(finding_of(report, "skipped clips"), "share_skipped"), 1.0 / 13, 1e-9);
}

TEST(DoctorTest, ShardsAreVerified) {
  const TemporaryFolder folder;
  tests::write_store(folder / "store", tests::talking_utterances());
  datasets::PackOptions packing;
  packing.store = folder / "store";
  packing.out = folder / "packed";
  packing.shard_mib = 4;
  ASSERT_GT(datasets::pack(packing).shards, 1);
  const DoctorOptions options = {folder / "packed", 200, {}};
  const DoctorReport good = examine_store(options);
  EXPECT_FALSE(good.serious()) << doctor_text(good);
  EXPECT_EQ(finding_of(good, "shards").severity, Severity::kFine);
#ifndef SOTTO_NO_MEDIA
  EXPECT_FALSE(tells_of(examine_store({folder / "store", 1, {}}), "shards"));
#endif
  const std::string path = folder / "packed/shards/00001.safetensors";
  std::string bytes = read_file(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_file(path, bytes);
  const Finding damaged = finding_of(examine_store(options), "shards");
  EXPECT_EQ(damaged.severity, Severity::kSerious);
  EXPECT_NE(damaged.found.find("00001.safetensors"), std::string::npos);
  std::string manifest = read_file(folder / "packed/manifest.jsonl");
  manifest.replace(manifest.find("bin blue"), 8, "bin grey");
  write_file(folder / "packed/manifest.jsonl", manifest);
  EXPECT_EQ(number_of(finding_of(examine_store(options), "shards"), "damaged"), 2);
}

TEST(DoctorTest, AnUnfitModelIsTold) {
  DoctorModel model = english_model();
  model.beam = 1;
  model.lips = false;
  Utterances mute = tests::talking_utterances();
  for (Utterance& utterance : mute) {
    utterance.wave.clear();
  }
  const DoctorReport report = examine(mute, &model);
  EXPECT_EQ(finding_of(report, "decoding").severity, Severity::kLook);
  EXPECT_EQ(finding_of(report, "lips and sound").severity, Severity::kSerious);
}

TEST(DoctorTest, TheReportIsReadableAndWorstFirst) {
  Talking how;
  how.late = 5;
  Utterances clips = tests::talking_utterances(how);
  clips[0].quality.source_fps = 30;
  const DoctorModel model = english_model();
  const DoctorReport report = examine(clips, &model);
  std::istringstream lines(doctor_text(report));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    text += line + "\n";
  }
  EXPECT_LT(text.find("SERIOUS   sound against lips"), text.find("look at   frame rates"));
  EXPECT_LT(text.find("look at   frame rates"), text.find("good "));
  const auto json = nlohmann::json::parse(doctor_json(report));
  EXPECT_EQ(json.at("findings").at(0).at("severity"), "serious");
  EXPECT_EQ(json.at("findings").at(0).at("numbers").at("lag_frames"), 5);
  EXPECT_EQ(json.at("clips"), 12);
}

TEST(DoctorTest, WhatIsNoStoreIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(examine_store({folder.path(), 200, {}}), DataError);
  write_file(folder / "manifest.jsonl", "");
  EXPECT_TRUE(examine_store({folder.path(), 200, {}}).serious());
}

}  // namespace
}  // namespace sotto::experiments
