#include "common/safetensors.h"

#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/common/temporary_folder.h"

namespace sotto {
namespace {

template <class T>
SafetensorsEntry entry(
    const std::string& type, const std::vector<int64_t>& shape, const std::vector<T>& values) {
  return {type, shape, reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(T)};
}

/// As write_file, without its care for the disk: these tests write thousands of files.
void write_quickly(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// A file with this header and so many zero bytes of data.
std::string file_with(const std::string& header, size_t data_bytes) {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data_bytes, '\0');
}

class SafetensorsTest : public testing::Test {
 protected:
  std::string complaint(const std::string& bytes) {
    const std::string path = folder_ / "x.safetensors";
    write_quickly(path, bytes);
    try {
      const SafetensorsFile file(path);
    } catch (const CheckpointError& fault) {
      const std::string what = fault.what();
      EXPECT_EQ(what.rfind(path + ": not a whole safetensors file: ", 0), 0U) << what;
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
      return what.substr(what.rfind(": ") + 2);
    }
    return "";
  }

  std::string sample() {
    const std::string path = folder_ / "sample.safetensors";
    write_safetensors(
        path,
        {{"b.weight", entry("F32", {2, 3}, weights_)},
         {"a.ids", entry("I64", {2}, ids_)},
         {"c.bytes", entry("U8", {3}, bytes_)},
         {"d.half", entry("F16", {1}, halves_)},
         {"e.none", entry("F32", {0, 4}, std::vector<float>())}},
        {{"format", "sotto"}, {"licence", "none \"quoted\" ü"}});
    return path;
  }

  TemporaryFolder folder_;
  std::vector<float> weights_ = {1, 2, 3, 4, 5, 6.5F};
  std::vector<int64_t> ids_ = {-1, int64_t{1} << 40};
  std::vector<uint8_t> bytes_ = {7, 8, 9};
  std::vector<uint16_t> halves_ = {0x3c00};
};

TEST_F(SafetensorsTest, WritesAndReadsBack) {
  const SafetensorsFile file(sample());
  ASSERT_EQ(file.entries().size(), 5U);
  const SafetensorsEntry& weights = file.entries().at("b.weight");
  EXPECT_EQ(weights.type, "F32");
  EXPECT_EQ(weights.shape, (std::vector<int64_t>{2, 3}));
  ASSERT_EQ(weights.bytes, 24U);
  EXPECT_EQ(std::memcmp(weights.data, weights_.data(), 24), 0);
  EXPECT_EQ(std::memcmp(file.entries().at("a.ids").data, ids_.data(), 16), 0);
  EXPECT_EQ(std::memcmp(file.entries().at("c.bytes").data, bytes_.data(), 3), 0);
  EXPECT_EQ(file.entries().at("e.none").shape, (std::vector<int64_t>{0, 4}));
  EXPECT_EQ(file.metadata().at("licence"), "none \"quoted\" ü");
}

TEST_F(SafetensorsTest, DataIsAlignedAndWithoutGaps) {
  const SafetensorsFile file(sample());
  EXPECT_EQ((file.data() - file.mapped()->data()) % 64, 0);
  EXPECT_EQ(file.data_bytes(), 24U + 16U + 3U + 2U);
  for (const auto& [name, tensor] : file.entries()) {
    const auto address = static_cast<size_t>(tensor.data - file.data());
    EXPECT_EQ(address % safetensors_type_size(tensor.type), 0U) << name;
  }
}

TEST_F(SafetensorsTest, EqualInputGivesEqualBytesAndTheStatedChecksum) {
  const std::string once = read_file(sample());
  EXPECT_EQ(read_file(sample()), once);
  const SafetensorsFile file(sample());
  EXPECT_EQ(safetensors_checksum(file.entries()), checksum_hex(file.data(), file.data_bytes()));
}

TEST_F(SafetensorsTest, EveryTruncationIsFound) {
  const std::string whole = read_file(sample());
  EXPECT_EQ(complaint(whole), "");
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    ASSERT_NE(complaint(whole.substr(0, bytes)), "") << "cut to " << bytes << " bytes";
  }
}

TEST_F(SafetensorsTest, ADamagedByteIsRefusedOrHarmless) {
  const std::string whole = read_file(sample());
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const int flip : {0x01, 0x10, 0x80}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      const std::string path = folder_ / "x.safetensors";
      write_quickly(path, damaged);
      try {
        const SafetensorsFile file(path);
        for (const auto& [name, tensor] : file.entries()) {
          ASSERT_LE(tensor.data + tensor.bytes, file.data() + file.data_bytes()) << name;
        }
      } catch (const CheckpointError&) {
      }
    }
  }
}

TEST_F(SafetensorsTest, HeadersThatLieAreRefused) {
  const auto tensor =
      [](const std::string& type, const std::string& shape, const std::string& offsets) {
        return R"({"w":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" +
               offsets + "}}";
      };
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4]", "[0,16]"), 16)), "");
  const std::string misfit = "tensor w does not fit the file";
  const std::string unreadable = "its header is not readable";
  const std::string larger = "tensor w is larger than the file";
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4]", "[0,16]"), 15)), misfit);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4]", "[0,12]"), 16)), misfit);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4]", "[16,0]"), 16)), misfit);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4]", "[-16,0]"), 16)), unreadable);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[-1]", "[0,16]"), 16)), unreadable);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4611686018427387908]", "[0,16]"), 16)), larger);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[4294967296,4294967296]", "[0,0]"), 16)), larger);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[0,-1]", "[0,0]"), 16)), unreadable);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[9223372036854775808,0]", "[0,0]"), 16)), larger);
  EXPECT_EQ(complaint(file_with(tensor("F32", "[0,4294967296,4294967296]", "[0,0]"), 16)), larger);
  EXPECT_EQ(
      complaint(file_with(tensor("F99", "[4]", "[0,16]"), 16)),
      "tensor w has the unknown type F99");
}

TEST_F(SafetensorsTest, HeadersThatAreNoneAreRefused) {
  const std::string unreadable = "its header is not readable";
  for (const char* header :
       {"",
        "no json",
        "[]",
        "7",
        "\"text\"",
        R"({"w":3})",
        R"({"w":{}})",
        R"({"w":{"dtype":3}})",
        R"({"w":{"dtype":"F32","shape":3,"data_offsets":[0,0]}})",
        R"({"w":{"dtype":"F32","shape":["a"],"data_offsets":[0,0]}})",
        R"({"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})",
        R"({"w":{"dtype":"F32","shape":[true],"data_offsets":[0,4]}})",
        R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[0]}})",
        R"({"__metadata__":{"a":1}})",
        R"({"__metadata__":[]})",
        "{\"\xff\":1}"}) {
    EXPECT_EQ(complaint(file_with(header, 4)), unreadable) << header;
  }
  EXPECT_EQ(complaint(file_with("{}", 0)), "");
}

TEST_F(SafetensorsTest, HugeSizesTakeNoMemory) {
  std::string bytes = file_with("{}", 0);
  const uint64_t huge = ~uint64_t{0};
  std::memcpy(bytes.data(), &huge, 8);
  EXPECT_EQ(complaint(bytes), "its header is longer than the file");
  EXPECT_EQ(complaint("1234567"), "shorter than 8 bytes");
  EXPECT_EQ(complaint(file_with(std::string(4000000, '['), 0)), "its header is not readable");
}

TEST_F(SafetensorsTest, AMissingFileIsADataError) {
  EXPECT_THROW(SafetensorsFile(folder_ / "none"), DataError);
}

TEST_F(SafetensorsTest, MetadataMustBeText) {
  EXPECT_THROW(write_safetensors(folder_ / "x", {}, {{"a", "\xff\xfe"}}), DataError);
}

}  // namespace
}  // namespace sotto
