#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/random.h"
#include "common/safetensors.h"
#include "datasets/clip_cache.h"
#include "datasets/shards/pack.h"
#include "datasets/shards/shard.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;
using tests::clock_utterance;
using tests::message_of;

/// Lips, sound, both, a further crop in colour and an odd size, samples at both ends of 16 bits.
std::vector<Utterance> mixed() {
  Utterance rich = clock_utterance("s1 rich", 3, 5, {{"bin", 0.0, 0.1}});
  rich.quality = {0.9, 0.8, 2, 120.5, 29.97};
  rich.source = "s1/rich.mpg";
  rich.warnings = {"odd"};
  rich.wave[0] = -1.0F;
  rich.wave[1] = 32767.0F / 32768;
  Crop face = {5, 7, 9, 3, {}};
  for (int64_t i = 0; i < 5 * face.frame_bytes(); ++i) {
    face.pixels.push_back(static_cast<uint8_t>(i * 37));
  }
  rich.crops["face"] = face;
  return {
      clock_utterance("a", 0, 30),
      rich,
      tests::without_lips(clock_utterance("s2", 50, 4)),
      tests::without_sound(clock_utterance("s3", 90, 6)),
      clock_utterance("z", 100, 60)};
}

class ShardsTest : public testing::Test {
 protected:
  void SetUp() override {
    tests::write_store(folder_ / "store", mixed());
    write_file(folder_ / "store/store.json", R"({"format": "sotto-store", "notices": ["thanks"]})");
  }

  PackOptions options(const std::string& out, int64_t shard_mib = 1) const {
    PackOptions all;
    all.store = folder_ / "store";
    all.out = folder_ / out;
    all.shard_mib = shard_mib;
    all.jobs = 3;
    return all;
  }

  /// Every file of a folder but its lock.
  static std::map<std::string, std::string> files_of(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file() && entry.path().filename() != ".lock") {
        files[fs::relative(entry.path(), folder).string()] = read_file(entry.path().string());
      }
    }
    return files;
  }

  static void expect_equal(const Utterance& a, const Utterance& b) {
    ASSERT_EQ(a.crops.size(), b.crops.size());
    for (const auto& [name, crop] : a.crops) {
      const Crop& other = b.crops.at(name);
      EXPECT_EQ(crop.pixels, other.pixels);
      EXPECT_EQ(crop.frames, other.frames);
      EXPECT_EQ(crop.height, other.height);
      EXPECT_EQ(crop.width, other.width);
      EXPECT_EQ(crop.channels, other.channels);
    }
    EXPECT_EQ(a.wave, b.wave);
    EXPECT_EQ(to_json_line(describe(a, "clip")), to_json_line(describe(b, "clip")));
  }

  TemporaryFolder folder_;
};

TEST_F(ShardsTest, APackedStoreIsTheStore) {
  const PackReport report = pack(options("packed"));
  EXPECT_EQ(report.utterances, 5);
  EXPECT_EQ(report.shards, 2);  // 60 frames of 96 x 96 with their sound and the rest: 0.5 + 0.4 MiB
  const Store store(folder_ / "store");
  const Store packed(folder_ / "packed");
  ASSERT_EQ(packed.manifest().size(), 5U);
  EXPECT_EQ(packed.notices(), store.notices());
  EXPECT_EQ(packed.shards().size(), 2U);
#ifndef SOTTO_NO_MEDIA
  EXPECT_TRUE(store.shards().empty());
#endif
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(packed.manifest()[i].id, store.manifest()[i].id);
    EXPECT_TRUE(Store::is_packed(packed.manifest()[i]));
    expect_equal(packed.load(packed.manifest()[i]), store.load(store.manifest()[i]));
  }
  for (const std::string& shard : packed.shards()) {
    Shard::verify(shard);
  }
}

TEST_F(ShardsTest, OtherReadersFindTheTensors) {
  pack(options("packed", 100));
  const SafetensorsFile file(folder_ / "packed/shards/00000.safetensors");
  EXPECT_EQ(file.entries().at("s1 rich/lips").shape, (std::vector<int64_t>{5, 96, 96}));
  EXPECT_EQ(file.entries().at("s1 rich/lips.face").shape, (std::vector<int64_t>{5, 7, 9, 3}));
  EXPECT_EQ(file.entries().at("s1 rich/wave").shape, (std::vector<int64_t>{5 * 640}));
  EXPECT_EQ(file.entries().count("s2/lips"), 0U);
  EXPECT_EQ(file.entries().count("s3/wave"), 0U);
  const std::string& lines = file.metadata().at("manifest");
  EXPECT_EQ(lines, read_file(folder_ / "packed/manifest.jsonl"));
}

TEST_F(ShardsTest, EqualStoresGiveEqualBytes) {
  pack(options("one"));
  PackOptions alone = options("two");
  alone.jobs = 1;
  pack(alone);
  EXPECT_EQ(files_of(folder_ / "one"), files_of(folder_ / "two"));
  // Packing what was packed gives it again.
  PackOptions again = options("three");
  again.store = folder_ / "one";
  pack(again);
  const auto shard = "/shards/00000.safetensors";
  EXPECT_EQ(read_file(folder_ / "three" + shard), read_file(folder_ / "one" + shard));
}

TEST_F(ShardsTest, AListChooses) {
  PackOptions some = options("some");
  some.ids = {"z", "a"};
  EXPECT_EQ(pack(some).utterances, 2);
  const Store packed(folder_ / "some");
  EXPECT_EQ(packed.manifest()[0].id, "a");
  EXPECT_EQ(packed.manifest()[1].id, "z");
  some.out = folder_ / "twice";
  some.ids = {"a", "a"};
  EXPECT_NE(message_of([&] { pack(some); }).find("twice"), std::string::npos);
  some.ids = {"nobody"};
  EXPECT_NE(message_of([&] { pack(some); }).find("nobody"), std::string::npos);
}

TEST_F(ShardsTest, AStoppedRunGoesOnByWholeShards) {
  pack(options("undisturbed"));
  const pid_t child = ::fork();
  if (child == 0) {
    pack(options("killed"), [done = 0](int64_t n, int64_t) mutable {
      done += static_cast<int>(n);
      if (done == 5) {  // the first shard is whole, the second waits
        ::raise(SIGKILL);
      }
    });
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(fs::exists(folder_ / "killed/.partial-spool"));
  EXPECT_FALSE(fs::exists(folder_ / "killed/manifest.jsonl"));
  EXPECT_NE(message_of([&] { Store(folder_ / "killed"); }).find("finish"), std::string::npos);
  write_file(folder_ / "killed/shards/.partial-1-0-00001.safetensors", "half of a shard");
  const PackReport report = pack(options("killed"));
  EXPECT_EQ(report.earlier, 1);
  EXPECT_EQ(files_of(folder_ / "killed"), files_of(folder_ / "undisturbed"));
}

TEST_F(ShardsTest, ADeletedShardIsPackedAgain) {
  pack(options("packed"));
  const auto before = files_of(folder_ / "packed");
  fs::remove(folder_ / "packed/shards/00000.safetensors");
  EXPECT_EQ(pack(options("packed")).earlier, 0);
  EXPECT_EQ(files_of(folder_ / "packed"), before);
  EXPECT_EQ(pack(options("packed")).earlier, 2);
}

TEST_F(ShardsTest, OtherOptionsAndOtherFilesAreRefused) {
  pack(options("packed"));
  EXPECT_THROW(pack(options("packed", 2)), ConfigError);
  EXPECT_THROW(pack(options("new", 0)), ConfigError);
  PackOptions some = options("packed");
  some.ids = {"a"};
  EXPECT_THROW(pack(some), ConfigError);
  write_file(folder_ / "full.txt", "mine");
  PackOptions full = options(".");
  EXPECT_THROW(pack(full), DataError);
}

TEST_F(ShardsTest, ACopyOfAClipIsNotKept) {
  pack(options("packed"));
  const auto store = std::make_shared<const Store>(folder_ / "packed");
  ClipCache cache(store, 64);
  const ManifestEntry& entry = store->entry("a");
  EXPECT_NE(cache.get(entry), cache.get(entry));  // two copies
  expect_equal(*cache.get(entry), cache.copy(entry));
#ifndef SOTTO_NO_MEDIA
  const auto clips = std::make_shared<const Store>(folder_ / "store");
  ClipCache decoded(clips, 64);
  EXPECT_EQ(decoded.get(clips->entry("a")), decoded.get(clips->entry("a")));
#endif
}

TEST_F(ShardsTest, DamageIsNamed) {
  pack(options("packed", 100));
  const std::string path = folder_ / "packed/shards/00000.safetensors";
  const std::string whole = read_file(path);
  const auto load = [&] {
    const Store store(folder_ / "packed");
    store.load(store.manifest()[0]);
  };
  load();
  for (const size_t size :
       {size_t{0}, size_t{7}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    write_file(path, whole.substr(0, size));
    EXPECT_EQ(message_of(load).rfind(path, 0), 0U) << size << ": " << message_of(load);
  }
  std::string flipped = whole;
  flipped[whole.size() - 10] = static_cast<char>(flipped[whole.size() - 10] ^ 1);
  write_file(path, flipped);
  EXPECT_NE(message_of([&] { Shard::verify(path); }).find("checksum"), std::string::npos);
}

TEST_F(ShardsTest, HostileShardsAreRefused) {
  pack(options("packed", 100));
  const std::string path = folder_ / "packed/shards/00000.safetensors";
  std::vector<uint8_t> bytes(1 << 16);
  const std::map<std::string, std::string> metadata = {
      {"format", "sotto-shard"}, {"version", "1"}, {"manifest", ""}, {"checksum", ""}};
  const auto message = [&](const std::string& name, const SafetensorsEntry& entry) {
    write_safetensors(path, {{name, entry}}, metadata);
    const std::string text = message_of([&] {
      const Store store(folder_ / "packed");
      store.load(store.entry("a"));
    });
    EXPECT_EQ(text.rfind(path, 0), 0U) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
    return text;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(message("a/lips", {"F32", {1, 2, 2}, bytes.data(), 16}), "expected U8"));
  EXPECT_TRUE(has(message("a/lips", {"U8", {1, 5000, 2}, bytes.data(), 10000}), "expected U8"));
  EXPECT_TRUE(has(message("a/lips", {"U8", {1, 2, 2, 4}, bytes.data(), 16}), "expected U8"));
  EXPECT_TRUE(has(message("a/wave", {"U8", {16}, bytes.data(), 16}), "expected I16"));
  EXPECT_TRUE(has(message("a/secret", {"U8", {16}, bytes.data(), 16}), "expected an utterance's"));
  EXPECT_TRUE(has(message("lips", {"U8", {1, 4, 4}, bytes.data(), 16}), "expected an utterance's"));
  EXPECT_TRUE(has(message("b/lips", {"U8", {1, 4, 4}, bytes.data(), 16}), "has no utterance a"));
  EXPECT_TRUE(has(message("a/lips", {"U8", {7, 4, 4}, bytes.data(), 112}), "30 frames"));
  write_safetensors(path, {}, {{"format", "other"}});
  EXPECT_NE(message_of([&] { Shard shard(path); }).find("expected a shard"), std::string::npos);
  write_safetensors(path, {}, {{"format", "sotto-shard"}, {"version", "9"}});
  EXPECT_NE(message_of([&] { Shard shard(path); }).find("version 9"), std::string::npos);
  // A header that promises more than the file holds.
  const std::string header =
      R"({"a/lips":{"dtype":"U8","shape":[4611686018427387904,96,96],"data_offsets":[0,16]}})";
  std::string file(8, '\0');
  file[0] = static_cast<char>(header.size());
  write_file(path, file + header + std::string(16, 'x'));
  EXPECT_THROW(Shard shard(path), CheckpointError);
}

TEST_F(ShardsTest, MutatedHeadersAreReadOrRefused) {
  tests::write_store(
      folder_ / "small",
      {clock_utterance("a", 0, 2), tests::without_lips(clock_utterance("b", 3, 3))});
  PackOptions packing = options("packed");
  packing.store = folder_ / "small";
  pack(packing);
  const std::string path = folder_ / "packed/shards/00000.safetensors";
  const std::string whole = read_file(path);
  const size_t header = whole.size() - 2 * 96 * 96 - 5 * 640 * 2;
  Random random(12);
  int64_t refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string mutated = whole;
    for (int64_t changes = 1 + random.below(3); changes > 0; --changes) {
      const auto place = static_cast<size_t>(random.below(static_cast<int64_t>(header)));
      // Digits and brackets keep a header readable more often than any byte.
      mutated[place] = "0123456789,[]{}\"/x"[random.below(18)];
    }
    write_file(path, mutated);
    try {
      const Store store(folder_ / "packed");
      for (const ManifestEntry& entry : store.manifest()) {
        const Utterance utterance = store.load(entry);
        EXPECT_EQ(frame_count(utterance), entry.samples / kSamplesPerFrame);
      }
    } catch (const Error& fault) {
      ++refused;
      EXPECT_EQ(std::string(fault.what()).find('\n'), std::string::npos) << fault.what();
    }
  }
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace sotto::datasets
