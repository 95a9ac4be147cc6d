#include "experiments/peers/checkpoint_file.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "experiments/peers/checkpoint_writer.h"
#include "tests/common/memory_file.h"
#include "tests/experiments/checkpoint_builder.h"

namespace sotto::experiments {
namespace {

using Shape = std::vector<int64_t>;

template <class T>
std::vector<T> values(const CheckpointTensor& tensor) {
  std::vector<T> copy(tensor.elements());
  EXPECT_EQ(copy.size() * sizeof(T), tensor.bytes());
  copy_row_major(tensor, reinterpret_cast<uint8_t*>(copy.data()));
  return copy;
}

std::vector<std::string> names(const CheckpointFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors()) {
    names.push_back(name);
  }
  return names;
}

/// Two tensors as PyTorch 1.13 wrote them: "a", a transposed float matrix, and "n", a scalar.
void expect_sample(const std::string& bytes) {
  const MemoryFile memory(bytes);
  const CheckpointFile file(memory.path());
  EXPECT_EQ(file.wrapper(), "");
  ASSERT_EQ(names(file), (std::vector<std::string>{"a", "n"}));
  const CheckpointTensor& a = file.tensors()[0].second;
  EXPECT_EQ(a.type, "F32");
  EXPECT_EQ(a.shape, (Shape{2, 2}));
  EXPECT_EQ(a.strides, (Shape{1, 2}));
  EXPECT_FALSE(a.contiguous());
  EXPECT_EQ(values<float>(a), (std::vector<float>{1, 3, 2, 4}));
  const CheckpointTensor& n = file.tensors()[1].second;
  EXPECT_EQ(n.type, "I64");
  EXPECT_EQ(n.shape, Shape());
  EXPECT_TRUE(n.contiguous());
  EXPECT_EQ(values<int64_t>(n), std::vector<int64_t>{7});
}

const char* const kSampleLegacy =
    "80028a0a6cfc9c46f9206aa850192e80024de9032e80027d710028581000000070726f746f636f6c5f76657273696f"
    "6e71014de903580d0000006c6974746c655f656e6469616e710288580a000000747970655f73697a657371037d7104"
    "28580500000073686f727471054b025803000000696e7471064b0458040000006c6f6e6771074b0475752e80027d71"
    "0028580100000061710163746f7263682e5f7574696c730a5f72656275696c645f74656e736f725f76320a71022828"
    "580700000073746f72616765710363746f7263680a466c6f617453746f726167650a71045809000000383536313336"
    "3534347105580300000063707571064b044e747107514b004b024b028671084b014b028671098963636f6c6c656374"
    "696f6e730a4f726465726564446963740a710a2952710b74710c52710d58010000006e710e68022828680363746f72"
    "63680a4c6f6e6753746f726167650a710f5809000000393233353036353932711068064b014e747111514b00292989"
    "680a29527112747113527114752e80025d710028580900000038353631333635343471015809000000393233353036"
    "3539327102652e04000000000000000000803f0000004000004040000080400100000000000000070000000000000"
    "0";

const char* const kSampleObject =
    "80027d710028580100000061710163746f7263682e5f7574696c730a5f72656275696c645f74656e736f725f76320a"
    "71022828580700000073746f72616765710363746f7263680a466c6f617453746f726167650a710458010000003071"
    "05580300000063707571064b04747107514b004b024b028671084b014b028671098963636f6c6c656374696f6e730a"
    "4f726465726564446963740a710a2952710b74710c52710d58010000006e710e68022828680363746f7263680a4c6f"
    "6e6753746f726167650a710f580100000031711068064b01747111514b00292989680a295271127471135271147"
    "52e";

const Files kSampleFiles = {
    {"sample/data.pkl", unhex(kSampleObject)},
    {"sample/data/0", unhex("0000803f000000400000404000008040")},
    {"sample/data/1", unhex("0700000000000000")},
    {"sample/version", "3\n"}};

TEST(CheckpointFileTest, ReadsTheFormatBeforeZip) {
  expect_sample(unhex(kSampleLegacy));
}

TEST(CheckpointFileTest, ReadsTheZip) {
  expect_sample(zip_of(kSampleFiles));
}

TEST(CheckpointFileTest, ReadsZip64) {
  expect_sample(zip_of(kSampleFiles, 0));
  expect_sample(zip_of(kSampleFiles, 100));
}

TEST(CheckpointFileTest, ReadsAZipWithoutZip64EndAndWithAComment) {
  std::string zip = zip_of(kSampleFiles);
  zip.erase(
      zip.size() - kZipEndBytes - kZip64LocatorBytes - kZip64EndBytes,
      kZip64LocatorBytes + kZip64EndBytes);
  expect_sample(zip);
  zip[zip.size() - 2] = 3;
  expect_sample(zip + "abc");
}

TEST(CheckpointFileTest, CrcsAreThoseOfTheFormat) {
  const std::string zip = zip_of(kSampleFiles);
  for (const uint32_t crc : {0x611d02ffU, 0x8ba71454U, 0x6fe7d670U, 0x55679ed1U}) {
    EXPECT_NE(zip.find(number(crc)), std::string::npos) << crc;
  }
}

TEST(CheckpointFileTest, HonoursOffsetsAndStrides) {
  const std::string six = raw<float>({0, 1, 2, 3, 4, 5});
  const auto read = [&](int64_t first, const Shape& shape, const Shape& strides) {
    const MemoryFile memory(
        checkpoint_of(dict({{"w", tensor(storage("0", 6), first, shape, strides)}}), {six}));
    const CheckpointFile file(memory.path());
    return values<float>(file.tensors().at(0).second);
  };
  using Values = std::vector<float>;
  EXPECT_EQ(read(0, {2, 3}, {3, 1}), (Values{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(read(0, {3, 2}, {1, 3}), (Values{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(read(1, {2, 2}, {3, 1}), (Values{1, 2, 4, 5}));
  EXPECT_EQ(read(0, {2, 2, 2}, {3, 1, 1}), (Values{0, 1, 1, 2, 3, 4, 4, 5}));
  EXPECT_EQ(read(5, {2, 3}, {0, 0}), (Values{5, 5, 5, 5, 5, 5}));
  EXPECT_EQ(read(2, {1, 2, 1}, {900, 1, 900}), (Values{2, 3}));
  EXPECT_EQ(read(4, {}, {}), (Values{4}));
  EXPECT_EQ(read(0, {0, 3}, {3, 1}), Values());
  EXPECT_EQ(read(6, {3, 0}, {1, 1}), Values());
}

TEST(CheckpointFileTest, ReadsEveryType) {
  const MemoryFile memory(checkpoint_of(
      dict(
          {{"half", tensor(storage("0", 2, "HalfStorage"), 0, {2}, {1})},
           {"bfloat", tensor(storage("1", 2, "BFloat16Storage"), 0, {2}, {1})},
           {"bool", tensor(storage("2", 3, "BoolStorage"), 0, {3}, {1})},
           {"double", tensor(storage("3", 1, "DoubleStorage"), 0, {1}, {1})},
           {"int", tensor(storage("4", 1, "IntStorage"), 0, {1}, {1})},
           {"short", tensor(storage("5", 1, "ShortStorage"), 0, {1}, {1})},
           {"char", tensor(storage("6", 1, "CharStorage"), 0, {1}, {1})},
           {"byte", tensor(storage("7", 1, "ByteStorage"), 0, {1}, {1})},
           {"complex", tensor(storage("8", 1, "ComplexFloatStorage"), 0, {1}, {1})}}),
      {unhex("003e00c0"),
       unhex("c03f00c0"),
       unhex("010001"),
       raw<double>({0.1}),
       raw<int32_t>({-5}),
       raw<int16_t>({-6}),
       raw<int8_t>({-7}),
       raw<uint8_t>({200}),
       std::string(8, 'x')}));
  const CheckpointFile file(memory.path());
  std::vector<std::string> types;
  for (const auto& [name, tensor] : file.tensors()) {
    types.push_back(tensor.type);
  }
  EXPECT_EQ(
      types, (std::vector<std::string>{"F16", "BF16", "BOOL", "F64", "I32", "I16", "I8", "U8"}));
  EXPECT_EQ(values<uint16_t>(file.tensors()[0].second), (std::vector<uint16_t>{0x3e00, 0xc000}));
  EXPECT_EQ(values<double>(file.tensors()[3].second), std::vector<double>{0.1});
  EXPECT_EQ(values<int32_t>(file.tensors()[4].second), std::vector<int32_t>{-5});
}

TEST(CheckpointFileTest, TensorsMayShareAStorageAndBeParameters) {
  const std::string parameter = "ctorch._utils\n_rebuild_parameter\n(" + three_floats() +
                                "\x88"
                                "ccollections\nOrderedDict\n)RtR";
  const MemoryFile memory(checkpoint_of(
      dict({{"a", parameter}, {"b", tensor(storage("0", 3), 1, {2}, {1})}}),
      {raw<float>({1, 2, 3})}));
  const CheckpointFile file(memory.path());
  EXPECT_EQ(values<float>(file.tensors().at(0).second), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(values<float>(file.tensors().at(1).second), (std::vector<float>{2, 3}));
}

TEST(CheckpointFileTest, ALaterValueReplacesAnEarlierOneInItsPlace) {
  const MemoryFile memory(checkpoint_of(
      dict({{"a", three_floats("0")}, {"b", three_floats("0")}, {"a", three_floats("1")}}),
      {raw<float>({1, 2, 3}), raw<float>({4, 5, 6})}));
  const CheckpointFile file(memory.path());
  EXPECT_EQ(names(file), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(values<float>(file.tensors()[0].second), (std::vector<float>{4, 5, 6}));
}

TEST(CheckpointFileTest, ReadsViewsOfStoragesInVeryOldFiles) {
  std::string id = storage("7", 4);
  id.replace(id.size() - 2, 2, "(" + pickled("8") + pickled(1) + pickled(2) + "ttQ");
  const std::string bytes = unhex(kSampleLegacy).substr(0, 15 + 6) +
                            whole_pickle("}" + pickled("little_endian") + "\x88s") +
                            whole_pickle(dict({{"w", tensor(id, 0, {2}, {1})}})) +
                            whole_pickle("]" + pickled("7") + "a") + number<int64_t>(4) +
                            raw<float>({0, 1, 2, 3});
  const MemoryFile memory(bytes);
  const CheckpointFile file(memory.path());
  EXPECT_EQ(values<float>(file.tensors().at(0).second), (std::vector<float>{1, 2}));
}

class CheckpointWrapperTest : public testing::Test {
 protected:
  /// Names of a checkpoint of this object, a space between them, behind the wrapper's name.
  static std::string read(const std::string& object) {
    const MemoryFile memory(checkpoint_of(object, {raw<float>({1, 2, 3})}));
    const CheckpointFile file(memory.path());
    std::string text = file.wrapper() + ":";
    for (const std::string& name : names(file)) {
      text += " " + name;
    }
    return text;
  }

  static std::string weights(const std::vector<std::string>& names) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const std::string& name : names) {
      entries.emplace_back(name, three_floats());
    }
    return dict(entries);
  }
};

TEST_F(CheckpointWrapperTest, SeesThroughThem) {
  EXPECT_EQ(read(weights({"a.w", "a.b"})), ": a.w a.b");
  EXPECT_EQ(read(dict({{"epoch", pickled(3)}, {"state_dict", weights({"a"})}})), "state_dict: a");
  EXPECT_EQ(read(dict({{"model_state_dict", weights({"a"})}})), "model_state_dict: a");
  EXPECT_EQ(read(dict({{"optimizer", weights({"z"})}, {"model", weights({"a"})}})), "model: a");
}

TEST_F(CheckpointWrapperTest, LightningKeepsTheModelOnly) {
  EXPECT_EQ(
      read(dict({{"state_dict", weights({"model.a", "beam_search.nn_dict.a", "model.b"})}})),
      "state_dict: a b");
  EXPECT_EQ(
      read(dict({{"state_dict", weights({"encoder.a", "ctc.b"})}})), "state_dict: encoder.a ctc.b");
}

TEST_F(CheckpointWrapperTest, PrefixesOfEveryNameGo) {
  EXPECT_EQ(read(weights({"module.a", "module.b"})), ": a b");
  EXPECT_EQ(read(weights({"model.a", "model.b"})), ": a b");
  EXPECT_EQ(read(weights({"module.a", "b"})), ": module.a b");
  EXPECT_EQ(read(weights({"model.a", "b"})), ": model.a b");
  EXPECT_EQ(read(dict({{"state_dict", weights({"model.module.a"})}})), "state_dict: a");
}

TEST_F(CheckpointWrapperTest, WhatIsNoTensorIsLeftOut) {
  EXPECT_EQ(
      read(dict(
          {{"a", three_floats()},
           {"epoch", pickled(3)},
           {"lr", "G" + std::string(8, '\0')},
           {"none", "N"},
           {"list", "]" + three_floats() + "a"},
           {"made", "cnumpy\narray\n(" + three_floats() + "tR"}})),
      ": a");
  // A key that holds no dict of tensors is no wrapper.
  EXPECT_EQ(read(dict({{"a", three_floats()}, {"model", three_floats()}})), ": a model");
  EXPECT_EQ(read(dict({{"a", three_floats()}, {"state_dict", "}"}})), ": a");
}

TEST_F(CheckpointWrapperTest, OrderedDictsOfEveryKind) {
  const std::string filled = "ccollections\nOrderedDict\n)R(" + pickled("a") + three_floats() +
                             "u}" + pickled("_metadata") + "ccollections\nOrderedDict\n)Rsb";
  EXPECT_EQ(read(filled), ": a");
  const std::string pairs =
      "ccollections\nOrderedDict\n](](" + pickled("a") + three_floats() + "ee\x85R";
  EXPECT_EQ(read(pairs), ": a");
}

TEST(CheckpointWriterTest, ReadsBackWhatItWrote) {
  const TemporaryFolder folder;
  const std::vector<float> weights = {1, 2, 3, 4, 5, 6.5F};
  const int64_t count = 7;
  const auto bytes = [](const auto& value) { return reinterpret_cast<const uint8_t*>(&value); };
  const std::vector<std::pair<std::string, SafetensorsEntry>> tensors = {
      {"z.weight", {"F32", {2, 3}, bytes(weights[0]), 24}},
      {"count", {"I64", {}, bytes(count), 8}},
      {"none", {"F32", {0, 4}, nullptr, 0}},
      {"half", {"BF16", {4}, bytes(count), 8}}};
  write_checkpoint_file(folder / "a.pth", tensors);
  const CheckpointFile file(folder / "a.pth");
  EXPECT_EQ(names(file), (std::vector<std::string>{"z.weight", "count", "none", "half"}));
  EXPECT_EQ(values<float>(file.tensors()[0].second), weights);
  EXPECT_EQ(values<int64_t>(file.tensors()[1].second), std::vector<int64_t>{7});
  EXPECT_EQ(file.tensors()[2].second.shape, (Shape{0, 4}));
  for (const auto& [name, tensor] : file.tensors()) {
    EXPECT_TRUE(tensor.contiguous()) << name;
    if (tensor.data != nullptr) {
      EXPECT_EQ((tensor.data - file.mapped()->data()) % 64, 0) << name;
    }
  }
  write_checkpoint_file(folder / "b.pth", tensors);
  EXPECT_EQ(read_file(folder / "a.pth"), read_file(folder / "b.pth"));
}

TEST(CheckpointWriterTest, RefusesWhatPyTorchCannotHold) {
  const TemporaryFolder folder;
  const uint8_t byte = 0;
  EXPECT_THROW(
      write_checkpoint_file(folder / "x", {{"a", {"F8", {1}, &byte, 1}}}), CheckpointError);
  EXPECT_THROW(
      write_checkpoint_file(folder / "x", {{"a", {"U8", {2}, &byte, 1}}}), CheckpointError);
  EXPECT_THROW(read_file(folder / "x"), DataError);
}

}  // namespace
}  // namespace sotto::experiments
