#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "experiments/peers/checkpoint_file.h"
#include "common/pickle.h"
#include "tests/common/memory_file.h"
#include "tests/experiments/checkpoint_builder.h"

namespace sotto::experiments {
namespace {

const std::string kThree = raw<float>({1, 2, 3});

/// What the reader says of a file, without the file's name; "" if it reads it.
std::string complaint(const std::string& bytes) {
  const MemoryFile memory(bytes);
  try {
    const CheckpointFile file(memory.path());
  } catch (const CheckpointError& fault) {
    const std::string what = fault.what();
    EXPECT_EQ(what.rfind(memory.path() + ": ", 0), 0U) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
    return what.substr(memory.path().size() + 2);
  }
  return "";
}

std::string complaint_of_tensor(
    int64_t first, const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
  const std::string what = complaint(
      checkpoint_of(dict({{"w", tensor(storage("0", 3), first, shape, strides)}}), {kThree}));
  const std::string prefix = "w: not a whole file: ";
  EXPECT_TRUE(what.empty() || what.rfind(prefix, 0) == 0) << what;
  return what.empty() ? "" : what.substr(prefix.size());
}

/// Replaces the one occurrence of `from`, which has as many bytes as `to`.
std::string patched(std::string bytes, const std::string& from, const std::string& to) {
  const size_t place = bytes.find(from);
  EXPECT_NE(place, std::string::npos);
  EXPECT_EQ(from.size(), to.size());
  return bytes.replace(place, from.size(), to);
}

TEST(CheckpointDamageTest, SizesAndStridesAreHeldToTheStorage) {
  constexpr int64_t kHuge = int64_t{1} << 58;
  const std::string outside = "its elements leave its storage";
  const std::string none = "a size or a stride is none";
  EXPECT_EQ(complaint_of_tensor(0, {3}, {1}), "");
  EXPECT_EQ(complaint_of_tensor(0, {4}, {1}), outside);
  EXPECT_EQ(complaint_of_tensor(1, {3}, {1}), outside);
  EXPECT_EQ(complaint_of_tensor(3, {}, {}), outside);
  EXPECT_EQ(complaint_of_tensor(0, {2, 2}, {2, 1}), outside);
  EXPECT_EQ(complaint_of_tensor(0, {2}, {int64_t{1} << 56}), outside);
  EXPECT_EQ(complaint_of_tensor(0, {int64_t{1} << 50}, {1}), outside);
  EXPECT_EQ(complaint_of_tensor(2, {2}, {-1}), none);
  EXPECT_EQ(complaint_of_tensor(-1, {2}, {1}), none);
  EXPECT_EQ(complaint_of_tensor(0, {-2}, {1}), none);
  EXPECT_EQ(complaint_of_tensor(0, {kHuge}, {1}), none);
  EXPECT_EQ(complaint_of_tensor(0, {2}, {kHuge}), none);
  EXPECT_EQ(complaint_of_tensor(kHuge, {2}, {1}), none);
  EXPECT_EQ(complaint_of_tensor(0, {0, kHuge}, {1, 1}), none);
  const std::string larger = "it is larger than any file";
  constexpr int64_t kLarge = int64_t{1} << 30;
  EXPECT_EQ(complaint_of_tensor(0, {kLarge, kLarge}, {0, 0}), larger);
  EXPECT_EQ(complaint_of_tensor(0, {0, kLarge, kLarge}, {0, 0, 0}), larger);
  EXPECT_EQ(complaint_of_tensor(0, {1, 1}, {1}), "it has more sizes than strides or the reverse");
  const std::vector<int64_t> ones(17, 1);
  EXPECT_EQ(complaint_of_tensor(0, ones, ones), "its sizes or strides are none");
}

TEST(CheckpointDamageTest, AViewMayBeLargerThanItsStorage) {
  EXPECT_EQ(complaint_of_tensor(0, {int64_t{1} << 28, int64_t{1} << 28}, {0, 0}), "");
  EXPECT_EQ(complaint_of_tensor(0, {2, 2}, {1, 1}), "");
}

TEST(CheckpointDamageTest, StoragesAreHeldToTheFile) {
  const auto with = [](const std::string& id) {
    return complaint(checkpoint_of(dict({{"w", tensor(id, 0, {3}, {1})}}), {kThree}));
  };
  const std::string misfit =
      "w: not a whole file: its storage does not have the size that is written beside it";
  EXPECT_EQ(with(storage("0", 3)), "");
  EXPECT_EQ(with(storage("0", 4)), misfit);
  EXPECT_EQ(with(storage("0", 2)), misfit);
  EXPECT_EQ(with(storage("0", int64_t{1} << 55)), misfit);
  EXPECT_EQ(with(storage("0", 3, "DoubleStorage")), misfit);
  EXPECT_EQ(with(storage("1", 3)), "not a whole file: its storage 1 is missing");
  EXPECT_EQ(with(storage("\n", 3)), "not a whole file: its storage ? is missing");
  EXPECT_EQ(with(storage("0", -3)), "not a whole file: the size of a storage is none");
  EXPECT_EQ(
      with(storage("0", int64_t{1} << 60)),
      "not a whole file: the size of a storage is none");
}

TEST(CheckpointDamageTest, NothingIsExecuted) {
  const TemporaryFolder folder;
  const std::string run = "cposix\nsystem\n(" + pickled("touch " + folder / "ran") + "tR";
  EXPECT_EQ(complaint(checkpoint_of(dict({{"a", run}, {"w", three_floats()}}), {kThree})), "");
  EXPECT_EQ(
      complaint(checkpoint_of(run)),
      "expected a state dict (names and tensors), got a checkpoint without one; save "
      "model.state_dict()");
  EXPECT_NE(complaint(checkpoint_of(dict({{"a", tensor(run, 0, {3}, {1})}}), {kThree})), "");
  EXPECT_FALSE(std::filesystem::exists(folder / "ran"));
}

TEST(CheckpointDamageTest, OtherFilesAreNoCheckpoints) {
  const std::string something = "expected a checkpoint that torch.save wrote, got something else";
  EXPECT_EQ(complaint(""), something);
  EXPECT_EQ(complaint("PK"), something);
  EXPECT_EQ(complaint(std::string(1000, '\0')), something);
  EXPECT_EQ(
      complaint(zip_of({{"archive/code.py", "x"}})),
      "expected a checkpoint that torch.save wrote, got another zip (no data.pkl)");
  EXPECT_EQ(
      complaint(zip_of({{"a/data.pkl", "x"}, {"b/data.pkl", "x"}})),
      "expected one data.pkl, got several");
  EXPECT_THROW(CheckpointFile("/none.pth"), DataError);
}

TEST(CheckpointDamageTest, CompressedEncryptedAndBigEndianZipsAreRefused) {
  const std::string sample = checkpoint_of(dict({{"w", three_floats()}}), {kThree});
  const std::string compressed =
      "expected a zip as torch.save writes it, got one with compressed or encrypted entries; save "
      "it again with torch.save";
  const std::string start = number(kZipCentralHeader) + number<uint32_t>(0x002d002d);
  const auto with = [&](uint16_t flags, uint16_t method) {
    return complaint(patched(
        sample,
        start + number<uint32_t>(0x0800),
        start + number<uint16_t>(flags) + number<uint16_t>(method)));
  };
  EXPECT_EQ(with(0x0800, 0), "");
  EXPECT_EQ(with(0x0800, 8), compressed);
  EXPECT_EQ(with(0x0801, 0), compressed);
  const std::string pickle = whole_pickle(dict({{"w", three_floats()}}));
  EXPECT_EQ(
      complaint(zip_of({{"a/data.pkl", pickle}, {"a/byteorder", "big"}, {"a/data/0", kThree}})),
      "expected little-endian numbers, got another byte order; save it again on a machine with an "
      "x86 or ARM processor");
}

TEST(CheckpointDamageTest, ADamagedStorageIsFoundIfItIsUsed) {
  const std::string other = raw<float>({4, 5, 6});
  const std::string sample = checkpoint_of(dict({{"w", three_floats()}}), {kThree, other});
  EXPECT_EQ(
      complaint(patched(sample, kThree, raw<float>({1, 2, 4}))),
      "not a whole file: the bytes of archive/data/0 do not have the checksum that was "
      "written beside them; copy or download the file again");
  EXPECT_EQ(complaint(patched(sample, other, raw<float>({4, 5, 7}))), "");
  EXPECT_NE(complaint(patched(sample, "_rebuild", "_rebuilt")), "");
}

TEST(CheckpointDamageTest, OverlappingAndDoubledEntriesAreRefused) {
  const std::string object = whole_pickle(dict({{"w", three_floats()}}));
  EXPECT_EQ(
      complaint(zip_of({{"a/data.pkl", object}, {"a/data/0", kThree}, {"a/data/0", kThree}})),
      "not a whole file: two entries have one name");
  // The second entry's place becomes the first one's.
  std::string zip = zip_of({{"a/data.pkl", object}, {"b/data.pkl", object}});
  const size_t second = zip.rfind(number(kZipCentralHeader));
  zip.replace(second + 42, 4, number<uint32_t>(0));
  EXPECT_EQ(complaint(zip), "not a whole file: an entry has two names");
  zip.replace(zip.rfind("b/data.pkl"), 1, "a");
  EXPECT_EQ(complaint(zip), "not a whole file: two entries have one name");
}

TEST(CheckpointDamageTest, EntriesMayNotReachIntoTheNext) {
  std::string zip = zip_of({{"a/data.pkl", "x"}, {"a/data/0", "y"}});
  const size_t first = zip.find(number(kZipCentralHeader));
  zip.replace(first + 20, 8, number<uint32_t>(100) + number<uint32_t>(100));
  EXPECT_EQ(complaint(zip), "not a whole file: its entries overlap");
  zip.replace(first + 20, 8, number<uint32_t>(1 << 30) + number<uint32_t>(1 << 30));
  EXPECT_EQ(complaint(zip), "not a whole file: an entry is larger than the file");
}

TEST(CheckpointDamageTest, OneTensorUnderTooManyNamesIsRefused) {
  std::string entries;
  for (int i = 0; i <= 1 << 16; ++i) {
    entries += pickled(std::to_string(i)) + "h\1";
  }
  EXPECT_EQ(
      complaint(checkpoint_of(three_floats() + "q\1}(" + entries + "u", {kThree})),
      "expected at most 65536 tensors, got 65537");
}

TEST(CheckpointDamageTest, NamesAreText) {
  const auto with = [](const std::string& name) {
    return complaint(checkpoint_of(dict({{name, three_floats()}}), {kThree}));
  };
  EXPECT_EQ(with("a b"), "");
  EXPECT_EQ(with("a\nb"), "expected names of parameters, got 'a?b'");
  EXPECT_EQ(with("\xff"), "expected names of parameters, got '?'");
  EXPECT_EQ(with(""), "expected names of parameters, got ''");
  EXPECT_EQ(
      with(std::string(1001, 'a')),
      "expected names of parameters, got '" + std::string(100, 'a') + "...'");
}

std::string pickle_complaint(const std::string& bytes) {
  try {
    const Pickle pickle(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), "x");
    EXPECT_LE(pickle.values().size(), bytes.size());
  } catch (const CheckpointError& fault) {
    const std::string prefix = "x: not a whole file: ";
    EXPECT_EQ(std::string(fault.what()).rfind(prefix, 0), 0U) << fault.what();
    return std::string(fault.what()).substr(prefix.size());
  }
  return "";
}

std::string repeated(const std::string& piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) {
    text += piece;
  }
  return text;
}

TEST(PickleTest, DamagedOnesAreRefused) {
  const std::string missing = "its pickle takes a value that is not there";
  const std::string early = "it ends too early";
  for (const char* bytes :
       {".",
        "0.",
        "2.",
        "R.",
        "N\x81.",
        "t.",
        "e.",
        "(e.",
        "s.",
        "u.",
        "Nb.",
        "\x85.",
        "N\x86.",
        "N(\x85.",
        "a.",
        "Q.",
        "h\x07.",
        "q\x07."}) {
    EXPECT_EQ(pickle_complaint(bytes), missing) << bytes;
  }
  for (const char* bytes :
       {"",
        "N",
        "K",
        "J\1\2",
        "X\4\1\1\1",
        "U\5ab",
        "cos",
        "cos\nsystem",
        "\x8a\x09\1",
        "G\1\2\3",
        "\x80"}) {
    EXPECT_EQ(pickle_complaint(bytes), early) << bytes;
  }
  EXPECT_EQ(pickle_complaint(std::string("X\xff\xff\xff\xff", 5) + "a."), early);
  EXPECT_EQ(pickle_complaint("\x8b\xff\xff\xff\xff."), "its pickle has a negative length");
  EXPECT_EQ(pickle_complaint("T\xff\xff\xff\xff."), "its pickle has a negative length");
  EXPECT_EQ(pickle_complaint("\x80\x06N."), "its pickle is of an unknown protocol");
  EXPECT_EQ(pickle_complaint("}(Nu."), "its pickle has a key without a value");
  EXPECT_EQ(pickle_complaint("]NNs."), "its pickle adds to a value that takes none");
  EXPECT_EQ(
      pickle_complaint("\x97."), "its pickle has the opcode 151, which neither tensors nor arrays use");
}

TEST(PickleTest, UnknownObjectsStayOpaque) {
  for (const std::string build :
       {"cargparse\nNamespace\n)\x81}b",
        "ca\nb\n)R(NNu(NeNb",
        "ca\nb\n)R)R",
        "ca\nb\n]\x85R",
        "N)R"}) {
    const std::string bytes = build + ".";
    const Pickle pickle(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), "x");
    EXPECT_EQ(pickle.root().kind, PickleKind::kOpaque) << build;
  }
}

TEST(PickleTest, Numbers) {
  const auto integer = [](const std::string& bytes) {
    const std::string whole = bytes + ".";
    const Pickle pickle(reinterpret_cast<const uint8_t*>(whole.data()), whole.size(), "x");
    EXPECT_EQ(pickle.root().kind, PickleKind::kInteger);
    return pickle.root().integer;
  };
  EXPECT_EQ(integer("K\xff"), 255);
  EXPECT_EQ(integer("M\xff\xff"), 65535);
  EXPECT_EQ(integer("J\xfe\xff\xff\xff"), -2);
  EXPECT_EQ(integer(std::string("\x8a\0", 2)), 0);
  EXPECT_EQ(integer("\x8a\1\xff"), -1);
  EXPECT_EQ(integer(std::string("\x8a\2\xff\0", 4)), 255);
  EXPECT_EQ(integer(std::string("\x8b\1\0\0\0\x80", 6)), -128);
}

TEST(PickleTest, NestsAndLoopsTakeNoMemoryAndNoStack) {
  constexpr size_t kDeep = 100000;
  EXPECT_EQ(pickle_complaint(repeated("]", kDeep) + repeated("a", kDeep - 1) + "."), "");
  EXPECT_EQ(pickle_complaint("N" + repeated("\x85", kDeep) + "."), "");
  EXPECT_EQ(pickle_complaint(repeated("(", kDeep) + "N" + repeated("t", kDeep) + "."), "");
  // A list within itself, and a value of 2^100 leaves in a tree of shared ones.
  EXPECT_EQ(pickle_complaint("]q\1h\1a."), "");
  EXPECT_EQ(pickle_complaint("}q\1h\1h\1s."), "");
  EXPECT_EQ(pickle_complaint("]" + repeated("2\x86", 100) + "."), "");
  EXPECT_EQ(pickle_complaint("]q\1" + repeated("h\1h\1\x86q\1", 100) + "."), "");
}

TEST(PickleTest, CountsAreLimited) {
  const std::string many = "its pickle has too many values";
  EXPECT_EQ(pickle_complaint(std::string(1 << 20, 'N') + "."), many);
  EXPECT_EQ(pickle_complaint(std::string(1 << 20, '(') + "."), many);
  EXPECT_EQ(pickle_complaint("N" + std::string(5 << 20, '2') + "."), many);
  EXPECT_EQ(pickle_complaint("]N" + repeated("2\x85", 1 << 20) + "."), many);
  // One list of pairs, made a dict again and again.
  const std::string pairs = "](" + repeated("NN\x86", 10000) + "e\x85q\1";
  EXPECT_EQ(
      pickle_complaint(pairs + repeated("ccollections\nOrderedDict\nh\1R", 1000) + "."), many);
}

}  // namespace
}  // namespace sotto::experiments
