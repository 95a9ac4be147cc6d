#include "experiments/report/event_file.h"

#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/experiments/report/event_reader.h"

namespace sotto::experiments {
namespace {

TEST(EventFileTest, TheChecksumIsCastagnolisMasked) {
  // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and counting up; and the usual "123456789".
  const auto masked = [](uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; };
  const std::string zeros(32, '\0');
  const std::string ones(32, '\xff');
  std::string counting;
  for (int i = 0; i < 32; ++i) {
    counting += static_cast<char>(i);
  }
  EXPECT_EQ(masked_crc32c(zeros.data(), 32), masked(0x8a9136aaU));
  EXPECT_EQ(masked_crc32c(ones.data(), 32), masked(0x62a8ab43U));
  EXPECT_EQ(masked_crc32c(counting.data(), 32), masked(0x46dd794eU));
  EXPECT_EQ(masked_crc32c("123456789", 9), masked(0xe3069283U));
  EXPECT_EQ(masked_crc32c("", 0), 0xa282ead8U);
}

TEST(EventFileTest, TheFirstRecordSaysWhatItIs) {
  const TemporaryFolder folder;
  const EventFile file(folder.path(), 1.5);
  // length 24; wall_time 1.5, file_version
  const std::string bytes = read_file(file.path());
  ASSERT_EQ(bytes.size(), 8U + 4 + 24 + 4);
  EXPECT_EQ(bytes[0], 24);
  EXPECT_EQ(bytes.substr(12, 9), std::string("\x09\0\0\0\0\0\0\xf8\x3f", 9));
  EXPECT_EQ(
      bytes.substr(21, 15),
      "\x1a\x0d"
      "brain.Event:2");
  EXPECT_NE(file.path().find("/events.out.tfevents.1."), std::string::npos);
}

TEST(EventFileTest, ScalarsComeBack) {
  const TemporaryFolder folder;
  std::string path;
  {
    EventFile file(folder.path(), 100);
    file.add(101, 7, {{"loss/total", 2.5}, {"learning_rate", 1e-3}});
    file.add(102.25, 300000000000, {{"validation/wer/av", 0.125}});
    file.add(103, 1, {});
    path = file.path();
  }
  const auto events = tests::read_events(read_file(path));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].version, "brain.Event:2");
  EXPECT_EQ(events[1].wall_time, 101);
  EXPECT_EQ(events[1].step, 7);
  ASSERT_EQ(events[1].scalars.size(), 2U);
  EXPECT_EQ(events[1].scalars.at("loss/total"), 2.5F);
  EXPECT_EQ(events[1].scalars.at("learning_rate"), 1e-3F);
  EXPECT_EQ(events[2].wall_time, 102.25);
  EXPECT_EQ(events[2].step, 300000000000);
  EXPECT_EQ(events[2].scalars.at("validation/wer/av"), 0.125F);
  EXPECT_TRUE(events[3].scalars.empty());
}

TEST(EventFileTest, AFileThatIsThereIsLeftAlone) {
  const TemporaryFolder folder;
  const EventFile one(folder.path(), 100);
  const EventFile two(folder.path(), 100);
  EXPECT_NE(one.path(), two.path());
  EXPECT_THROW(EventFile(folder / "nowhere", 100), DataError);
}

}  // namespace
}  // namespace sotto::experiments
