#include "datasets/faces/landmark_archive.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "datasets/faces/landmark_pickle.h"
#include "datasets/faces/mean_face.h"
#include "datasets/media_utterance.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

/// A .npy file of version 1 as NumPy writes it.
template <class T>
std::string npy(const std::string& type, const std::string& shape, const std::vector<T>& values) {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  while ((10 + header.size() + 1) % 64 != 0) {
    header += ' ';
  }
  header += '\n';
  std::string file = "\x93NUMPY";
  file += '\x01';
  file += '\x00';
  file += static_cast<char>(header.size() & 255);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  return file.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <class T>
std::vector<T> face(double scale, double shift) {
  std::vector<T> values;
  for (const Point& point : mean_face()) {
    values.push_back(static_cast<T>(point.x * scale + shift));
    values.push_back(static_cast<T>(point.y * scale + shift));
  }
  return values;
}

TEST(LandmarkArchiveTest, FloatsIntegersAndFramesWithout) {
  const TemporaryFolder folder;
  auto values = face<float>(1, 0);
  auto second = face<float>(1, 0);
  second[5] = std::numeric_limits<float>::quiet_NaN();
  values.insert(values.end(), second.begin(), second.end());
  values.insert(values.end(), 136, 0.0F);
  put(folder / "a.npy", npy("<f4", "3, 68, 2", values));
  const auto frames = read_landmarks(folder / "a.npy");
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_NEAR(frames[0][48].x, mean_face()[48].x, 1e-4);
  EXPECT_TRUE(frames[1].empty());
  EXPECT_TRUE(frames[2].empty());
  put(folder / "b.npy", npy("<i8", "1, 68, 2", face<int64_t>(1, 0)));
  EXPECT_EQ(read_landmarks(folder / "b.npy")[0][0].x, std::floor(mean_face()[0].x));
}

TEST(LandmarkArchiveTest, OtherFilesAreRefused) {
  const TemporaryFolder folder;
  const std::string good = npy("<f8", "1, 68, 2", face<double>(1, 0));
  put(folder / "short.npy", good.substr(0, good.size() - 1));
  put(folder / "header.npy", good.substr(0, 40));
  put(folder / "shape.npy", npy("<f8", "1, 5, 2", face<double>(1, 0)));
  put(folder / "huge.npy", npy("<f8", "99999999999999, 68, 2", face<double>(1, 0)));
  put(folder / "object.npy", npy("|O", "1, 68, 2", face<double>(1, 0)));
  put(folder / "text.npy", "not one");
  for (const char* name : {"short", "header", "shape", "huge", "object", "text"}) {
    EXPECT_THROW(read_landmarks(folder / (std::string(name) + ".npy")), DataError) << name;
  }
}

std::string pickled(const std::string& name) {
  return std::string(SOTTO_SOURCE_DIR) + "/tests/data/landmarks/" + name + ".pkl";
}

TEST(LandmarkArchiveTest, PicklesOfAllProtocols) {
  for (const char* name :
       {"list-protocol-2", "list-protocol-3", "list-protocol-4", "list-protocol-5"}) {
    const auto frames = read_landmarks(pickled(name));
    ASSERT_EQ(frames.size(), 3U) << name;
    EXPECT_TRUE(frames[1].empty()) << name;
    for (const size_t t : {0U, 2U}) {
      ASSERT_EQ(frames[t].size(), 68U) << name;
      for (size_t i = 0; i < 68; ++i) {
        EXPECT_EQ(frames[t][i].x, 3.0 * i + 0.5 + t) << name;
        EXPECT_EQ(frames[t][i].y, 200.0 - i + t) << name;
      }
    }
  }
  const auto frames = read_landmarks(pickled("array-protocol-4"));
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1][67].x, 202);
  EXPECT_EQ(frames[1][67].y, 134);
}

TEST(LandmarkArchiveTest, DamagedPicklesAreRefused) {
  int refused = 0;
  for (const char* name : {"list-protocol-2", "list-protocol-4", "list-protocol-5"}) {
    const std::string good = read_file(pickled(name), size_t{1} << 20);
    for (size_t length = 1; length < good.size(); length += 7) {
      EXPECT_THROW(landmarks_of_pickle(good.substr(0, length), "x"), Error) << name << " cut to " << length;
    }
    for (size_t at = 0; at < good.size(); at += 3) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      try {
        landmarks_of_pickle(bad, "x");  // a number may be another one
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 50);
  try {
    landmarks_of_pickle("\x80\x02}.", "x");
    FAIL();
  } catch (const DataError& fault) {
    EXPECT_EQ(
        std::string(fault.what()),
        "x: expected a list of NumPy arrays (68, 2) or None, or one array (T, 68, 2), got another object");
  }
}

TEST(LandmarkArchiveTest, MouthsAreCutWhereTheyAreSaidToBe) {
  const TemporaryFolder folder;
  std::vector<double> values;
  for (int t = 0; t < 75; ++t) {
    const auto one = face<double>(1, 40);  // the canvas' face, moved by 40 pixels
    values.insert(values.end(), one.begin(), one.end());
  }
  put(folder / "clip.npy", npy("<f8", "75, 68, 2", values));
  UtteranceOptions options;
  options.landmarks = folder / "clip.npy";
  const Utterance utterance = read_media_utterance(test_clip(), options);
  MediaReader media(test_clip());
  const PicturePtr picture = media.next_frame();
  const Crop& lips = utterance.crops.at("lips");
  for (int64_t y = 0; y < 96; ++y) {
    for (int64_t x = 0; x < 96; ++x) {
      ASSERT_EQ(
          lips.pixels[static_cast<size_t>(96 * y + x)],
          picture->pixels[static_cast<size_t>((110 + 40 + y) * picture->width + 81 + 40 + x)]);
    }
  }
  EXPECT_EQ(utterance.quality.face_share, 1);
}

}  // namespace
}  // namespace sotto::datasets
