#include "common/files.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/error.h"
#include "tests/common/temporary_folder.h"
#include "tests/message_of.h"

namespace sotto {
namespace {

using tests::message_of;

namespace fs = std::filesystem;

size_t entries_in(const std::string& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(FilesTest, WritesAndReadsBack) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.txt";
  const std::string text(200000, 'x');
  write_file(path, text);
  EXPECT_EQ(read_file(path), text);
  write_file(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(FilesTest, WithoutCommitTheOldFileStays) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.txt";
  write_file(path, "old");
  {
    AtomicFile file(path);
    file.write("half of the new");
    EXPECT_EQ(read_file(path), "old");
    EXPECT_EQ(fs::path(file.temporary_path()).extension(), ".txt");
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(FilesTest, ThePermissionsFollowTheUmask) {
  const TemporaryFolder folder;
  const mode_t saved = ::umask(022);
  write_file(folder / "a.txt", "text");
  ::umask(saved);
  EXPECT_EQ(fs::status(folder / "a.txt").permissions(), fs::perms(0644));
}

TEST(FilesTest, TwoWritersOfOneFileDoNotDisturbEachOther) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.txt";
  AtomicFile first(path);
  AtomicFile second(path);
  first.write("first");
  second.write("second");
  first.commit();
  EXPECT_EQ(read_file(path), "first");
  second.commit();
  EXPECT_EQ(read_file(path), "second");
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(FilesTest, FailuresNameThePathAndTheReason) {
  const TemporaryFolder folder;
  const std::string missing = folder / "none/a.txt";
  EXPECT_EQ(
      message_of<DataError>([&] { write_file(missing, "x"); }),
      missing + ": cannot write: No such file or directory");
  EXPECT_EQ(
      message_of<DataError>([&] { read_file(missing); }),
      missing + ": cannot read: No such file or directory");
  EXPECT_EQ(
      message_of<DataError>([&] { read_file(folder.path()); }),
      folder.path() + ": cannot read: Is a directory");
  fs::create_directory(folder / "taken");
  EXPECT_EQ(
      message_of<DataError>([&] { write_file(folder / "taken", "x"); }),
      (folder / "taken") + ": cannot write: Is a directory");
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(FilesTest, AFullDiskIsAnErrorAndLeavesTheOldFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.txt";
  write_file(path, "old");
  // A limit on the size of files stands in for the end of the disk.
  rlimit saved = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = saved;
  small.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = message_of<DataError>([&] { write_file(path, std::string(5000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &saved);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, path + ": cannot write: File too large");
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(FilesTest, ReadingKeepsToTheLimit) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.bin";
  write_file(path, std::string(100, 'x'));
  EXPECT_EQ(read_file(path, 100).size(), 100U);
  EXPECT_EQ(message_of<DataError>([&] { read_file(path, 99); }), path + ": expected at most 99 bytes");
}

TEST(FilesTest, MapsWholeFiles) {
  const TemporaryFolder folder;
  write_file(folder / "a.bin", "bytes");
  const MappedFile mapped(folder / "a.bin");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(mapped.data()), mapped.size()), "bytes");
  write_file(folder / "empty.bin", "");
  EXPECT_EQ(MappedFile(folder / "empty.bin").size(), 0U);
  EXPECT_EQ(
      message_of<DataError>([&] { MappedFile file(folder.path()); }),
      folder.path() + ": expected a regular file");
  EXPECT_THROW(MappedFile(folder / "none"), DataError);
}

TEST(FilesTest, ChecksumsAreXxh3) {
  // The published values for empty input, and one to notice a change of algorithm.
  EXPECT_EQ(checksum_hex("", 0), "2d06800538d394c2");
  EXPECT_EQ(checksum_hex("a", 1), "e6c632b61e964e1f");
  EXPECT_EQ(checksum_hex("abc", 3), "78af5f94892f3950");
}

}  // namespace
}  // namespace sotto
