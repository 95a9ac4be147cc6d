#include "datasets/media/media_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/media/ffmpeg.h"
#include "datasets/utterance.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

struct Contents {
  std::vector<PicturePtr> frames;
  std::vector<float> wave;
  std::vector<std::string> warnings;
};

Contents read_all(MediaReader& reader) {
  Contents contents;
  while (PicturePtr frame = reader.next_frame()) {
    contents.frames.push_back(std::move(frame));
  }
  while (true) {
    const auto block = reader.read_audio(1000);
    contents.wave.insert(contents.wave.end(), block.begin(), block.end());
    if (block.size() < 1000) {
      break;
    }
  }
  contents.warnings = reader.warnings();
  return contents;
}

bool told_of_a_jump(const Contents& contents) {
  return std::any_of(
      contents.warnings.begin(), contents.warnings.end(),
      [](const std::string& text) { return text.find("jump") != std::string::npos; });
}

double mean_difference(const Picture& a, const Picture& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  }
  return sum / static_cast<double>(a.pixels.size());
}

TEST(MediaReaderTest, AnOrdinaryClip) {
  MediaReader reader(test_clip());
  EXPECT_TRUE(reader.info().has_video);
  EXPECT_TRUE(reader.info().has_audio);
  EXPECT_EQ(reader.info().width, 360);
  EXPECT_EQ(reader.info().height, 288);
  EXPECT_DOUBLE_EQ(reader.info().fps, 25);
  const Contents contents = read_all(reader);
  ASSERT_EQ(contents.frames.size(), 75U);
  EXPECT_EQ(contents.frames[0]->pixels.size(), 360U * 288U);
  EXPECT_NEAR(static_cast<double>(contents.wave.size()), 2.978 * 16000, 1200);
  EXPECT_TRUE(contents.warnings.empty());
  float loudest = 0;
  for (const float x : contents.wave) {
    loudest = std::max(loudest, std::abs(x));
  }
  EXPECT_GT(loudest, 0.02F);
  EXPECT_LE(loudest, 1.0F);
}

// Colours that RGB cannot hold are cut in the coloured picture and whole in the grey one, so only
// pixels inside the range can agree.
TEST(MediaReaderTest, GreyIsTheGreyOfTheColours) {
  MediaOptions colour;
  colour.grey = false;
  MediaReader in_colour(test_clip(), colour);
  MediaReader in_grey(test_clip());
  const PicturePtr rgb = in_colour.next_frame();
  const PicturePtr grey = in_grey.next_frame();
  ASSERT_EQ(rgb->channels, 3);
  const Picture wanted = to_grey(*rgb);
  int compared = 0;
  for (size_t i = 0; i < wanted.pixels.size(); ++i) {
    const uint8_t* p = rgb->pixels.data() + 3 * i;
    if (*std::min_element(p, p + 3) > 2 && *std::max_element(p, p + 3) < 253) {
      EXPECT_NEAR(wanted.pixels[i], grey->pixels[i], 3);
      ++compared;
    }
  }
  EXPECT_GT(compared, 20000);
}

TEST(MediaReaderTest, LargePicturesAreScaledDown) {
  MediaOptions small;
  small.max_side = 100;
  const PicturePtr picture = MediaReader(test_clip(), small).next_frame();
  EXPECT_EQ(picture->width, 100);
  EXPECT_EQ(picture->height, 80);
}

struct RateCase {
  const char* name;
  size_t frames;
  double fps;
};

/// As many pictures as FFmpeg's own `fps=25` filter gives.
class MediaReaderRateTest : public ::testing::TestWithParam<RateCase> {};

TEST_P(MediaReaderRateTest, FramesComeAt25ASecond) {
  const std::string path = shared_clip(GetParam().name);
  if (path.empty()) {
    GTEST_SKIP() << "no shared clips";
  }
  MediaReader reader(path);
  EXPECT_NEAR(reader.info().fps, GetParam().fps, 0.01);
  EXPECT_EQ(read_all(reader).frames.size(), GetParam().frames);
}

INSTANTIATE_TEST_SUITE_P(
    Clips,
    MediaReaderRateTest,
    ::testing::Values(
        RateCase{"two-faces-50fps.mkv", 74, 50},
        RateCase{"profile-man-29.97fps.mp4", 174, 29.97},
        RateCase{"woman-mpeg4-30fps.avi", 167, 30},
        RateCase{"portrait-noaudio-30fps.mp4", 125, 30},
        RateCase{"address-vp9-25fps.webm", 125, 25},
        RateCase{"vfr-grid-s3.mkv", 75, 25},
        RateCase{"man-office-vfr.mp4", 152, 22.13}));

// Frames were left out of this clip unevenly: each picture must be the frame that was shown then.
TEST(MediaReaderTest, VariableRateKeepsTheTimes) {
  const std::string path = shared_clip("vfr-grid-s3.mkv");
  const std::string whole = std::string(SOTTO_SHARED_DIR) + "/data/grid/s3/bbaf1s.mp4";
  if (path.empty() || !std::filesystem::exists(whole)) {
    GTEST_SKIP() << "no shared clips";
  }
  MediaReader left_out_reader(path);
  MediaReader whole_reader(whole);
  const Contents left_out = read_all(left_out_reader);
  const Contents all = read_all(whole_reader);
  ASSERT_EQ(left_out.frames.size(), all.frames.size());
  size_t held = 0;
  for (size_t k = 0; k < all.frames.size(); ++k) {
    held += k > 0 && left_out.frames[k] == left_out.frames[k - 1] ? 1 : 0;
    if (k == 0 || left_out.frames[k] != left_out.frames[k - 1]) {
      const double own = mean_difference(*left_out.frames[k], *all.frames[k]);
      EXPECT_LT(own, 3.0) << "picture " << k;
    }
  }
  EXPECT_EQ(held, 75U - 58U);
}

TEST(MediaReaderTest, RotatedClipsStandUpright) {
  const std::string path = shared_clip("portrait-rotated-30fps.mov");
  if (path.empty()) {
    GTEST_SKIP() << "no shared clips";
  }
  MediaReader reader(path);
  EXPECT_EQ(reader.info().width, 960);
  const PicturePtr picture = reader.next_frame();
  EXPECT_EQ(picture->width, 540);
  EXPECT_EQ(picture->height, 960);
}

TEST(MediaReaderTest, ClipsWithoutSoundOrPictures) {
  const std::string silent = shared_clip("portrait-noaudio-30fps.mp4");
  if (!silent.empty()) {
    MediaReader reader(silent);
    EXPECT_FALSE(reader.info().has_audio);
    EXPECT_TRUE(reader.read_audio(10).empty());
    MediaOptions sound_only;
    sound_only.video = false;
    const std::string message = message_of<DataError>([&] { MediaReader(silent, sound_only); });
    EXPECT_NE(message.find("expected sound, got a file without"), std::string::npos) << message;
  }
  MediaOptions sound_only;
  sound_only.video = false;
  MediaReader reader(test_clip(), sound_only);
  EXPECT_FALSE(reader.info().has_video);
  EXPECT_EQ(reader.next_frame(), nullptr);
  EXPECT_EQ(reader.read_audio(1000).size(), 1000U);
}

/// The test clip in Matroska, whose stream of this kind pauses for 70 s behind its second second.
/// @param with_duration  the header says how long it lasts
std::string put_clip_with_pause(const std::string& path, AVMediaType kind, bool with_duration) {
  const ffmpeg::InputPtr input = ffmpeg::open_input(test_clip());
  AVFormatContext* made = nullptr;
  EXPECT_GE(avformat_alloc_output_context2(&made, nullptr, "matroska", nullptr), 0);
  const ffmpeg::OutputPtr output(made);
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    AVStream* stream = avformat_new_stream(made, nullptr);
    EXPECT_GE(avcodec_parameters_copy(stream->codecpar, input->streams[i]->codecpar), 0);
    stream->codecpar->codec_tag = 0;
  }
  EXPECT_GE(avio_open(&made->pb, path.c_str(), AVIO_FLAG_WRITE), 0);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "live", with_duration ? "0" : "1", 0);
  EXPECT_GE(avformat_write_header(made, &options), 0);
  av_dict_free(&options);
  const ffmpeg::PacketPtr packet = ffmpeg::make_packet();
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    const AVStream& from = *input->streams[packet->stream_index];
    const double unit = av_q2d(from.time_base);
    if (from.codecpar->codec_type == kind && static_cast<double>(packet->dts) * unit >= 2) {
      packet->pts += std::llround(70 / unit);
      packet->dts += std::llround(70 / unit);
    }
    av_packet_rescale_ts(
        packet.get(), from.time_base, made->streams[packet->stream_index]->time_base);
    EXPECT_GE(av_interleaved_write_frame(made, packet.get()), 0);
  }
  EXPECT_GE(av_write_trailer(made), 0);
  avio_closep(&made->pb);
  return path;
}

TEST(MediaReaderTest, AStreamThatPausesStaysInStepWithTheOther) {
  const TemporaryFolder folder;
  MediaReader whole_reader(test_clip());
  const Contents whole = read_all(whole_reader);
  constexpr size_t kSeconds = 70;

  MediaReader muted_reader(put_clip_with_pause(folder / "a.mkv", AVMEDIA_TYPE_AUDIO, true));
  const Contents muted = read_all(muted_reader);
  EXPECT_FALSE(told_of_a_jump(muted));
  EXPECT_EQ(muted.frames.size(), whole.frames.size());
  ASSERT_NEAR(
      static_cast<double>(muted.wave.size()),
      static_cast<double>(whole.wave.size() + kSeconds * kSampleRateHz), 100);
  for (size_t n = kSampleRateHz * 3; n < kSampleRateHz * 71; ++n) {
    ASSERT_EQ(muted.wave[n], 0) << n;
  }
  double louder = 0;
  for (size_t n = kSampleRateHz * 5 / 2; n < whole.wave.size(); ++n) {
    louder += std::abs(muted.wave[std::min(n + kSeconds * kSampleRateHz, muted.wave.size() - 1)]) -
              std::abs(whole.wave[n]);
  }
  EXPECT_NEAR(louder / static_cast<double>(whole.wave.size()), 0, 1e-3);

  MediaReader still_reader(put_clip_with_pause(folder / "v.mkv", AVMEDIA_TYPE_VIDEO, true));
  const Contents still = read_all(still_reader);
  EXPECT_FALSE(told_of_a_jump(still));
  EXPECT_EQ(still.frames.size(), whole.frames.size() + kSeconds * kFramesPerSecond);
  EXPECT_EQ(still.frames[60], still.frames[60 + 60 * kFramesPerSecond]);  // one picture, held
  EXPECT_LT(mean_difference(*still.frames.back(), *whole.frames.back()), 1e-9);
}

TEST(MediaReaderTest, AJumpThatNoHeaderKnowsOfIsClosed) {
  const TemporaryFolder folder;
  MediaReader reader(put_clip_with_pause(folder / "live.mkv", AVMEDIA_TYPE_AUDIO, false));
  const Contents contents = read_all(reader);
  EXPECT_LT(contents.wave.size(), 4U * kSampleRateHz);
  EXPECT_TRUE(told_of_a_jump(contents));
}

TEST(MediaReaderTest, ATruncatedClipGivesWhatIsThereAndSaysSo) {
  const TemporaryFolder folder;
  const std::string bytes = read_file(test_clip());
  put(folder / "cut.mp4", bytes.substr(0, bytes.size() / 2));
  MediaReader reader(folder / "cut.mp4");
  const Contents contents = read_all(reader);
  EXPECT_GT(contents.frames.size(), 20U);
  EXPECT_LT(contents.frames.size(), 60U);
  ASSERT_FALSE(contents.warnings.empty());
  EXPECT_NE(contents.warnings[0].find("its pictures"), std::string::npos) << contents.warnings[0];
}

TEST(MediaReaderTest, DamagedBytesNeverCrash) {
  const TemporaryFolder folder;
  const std::string bytes = read_file(test_clip());
  uint32_t state = 1;
  for (int round = 0; round < 12; ++round) {
    std::string damaged = bytes;
    for (int k = 0; k < 40; ++k) {
      state = state * 1664525 + 1013904223;
      damaged[state % damaged.size()] = static_cast<char>(state >> 24);
    }
    put(folder / "damaged.mp4", damaged);
    try {
      MediaReader reader(folder / "damaged.mp4");
      EXPECT_LT(read_all(reader).frames.size(), 3000U);
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find("damaged.mp4"), std::string::npos);
    }
  }
}

TEST(MediaReaderTest, WhatIsNoMediaFileIsNamedInOneLine) {
  const TemporaryFolder folder;
  std::string random;
  uint32_t state = 99;
  for (int i = 0; i < 20000; ++i) {
    state = state * 1664525 + 1013904223;
    random.push_back(static_cast<char>(state >> 24));
  }
  put(folder / "text.mp4", "This is a letter, not a film.\n");
  put(folder / "empty.mp4", "");
  put(folder / "random.mp4", random);
  put(folder / "list.mp4", "#EXTM3U\n#EXTINF:3,\n" + test_clip() + "\n");
  put(folder / "header.mp4", read_file(test_clip()).substr(0, 600));
  std::filesystem::create_directories(folder / "folder.mp4");
  for (const char* name :
       {"text.mp4",
        "empty.mp4",
        "random.mp4",
        "list.mp4",
        "header.mp4",
        "folder.mp4",
        "missing.mp4"}) {
    const std::string message = message_of<DataError>([&] { MediaReader(folder / name); });
    EXPECT_EQ(message.rfind((folder / name) + ": ", 0), 0U) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
  EXPECT_NE(
      message_of<DataError>([&] { MediaReader(folder / "missing.mp4"); }).find("no such file"),
      std::string::npos);
}

}  // namespace
}  // namespace sotto::datasets
