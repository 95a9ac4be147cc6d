// Damaged checkpoints and damaged model files: an error or a success, never anything else.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/model_file.h"
#include "experiments/peers/checkpoint_file.h"
#include "experiments/peers/import.h"
#include "tests/common/memory_file.h"
#include "tests/common/temporary_folder.h"
#include "tests/experiments/checkpoint_builder.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

/// Reads a file by its path.
using Reader = std::function<void(const std::string& path)>;

/// How many of the damaged files were read; any exception but ours escapes.
class Damage {
 public:
  Damage(std::string whole, Reader reader)
      : whole_(std::move(whole)), reader_(std::move(reader)), memory_(whole_) {}

  int cut(int times) {
    std::mt19937 random(1);
    int taken = 0;
    for (int i = 0; i < times; ++i) {
      memory_.assign(std::string_view(whole_).substr(0, random() % whole_.size()));
      taken += try_once();
    }
    return taken;
  }

  /// Half of the flips anywhere, half in what describes the rest: both ends of a file.
  int flip(int times) {
    std::mt19937 random(2);
    memory_.assign(whole_);
    int taken = 0;
    for (int i = 0; i < times; ++i) {
      const size_t reach = std::min<size_t>(whole_.size(), 20000);
      const size_t place = i % 2 == 0   ? random() % whole_.size()
                           : i % 4 == 1 ? random() % reach
                                        : whole_.size() - 1 - random() % reach;
      const auto mask = static_cast<char>(1 + random() % 255);
      memory_.put(place, std::string(1, static_cast<char>(whole_[place] ^ mask)));
      taken += try_once();
      memory_.put(place, whole_.substr(place, 1));
    }
    return taken;
  }

 private:
  int try_once() {
    try {
      reader_(memory_.path());
      return 1;
    } catch (const Error& fault) {
      EXPECT_EQ(std::string(fault.what()).find('\n'), std::string::npos) << fault.what();
      return 0;
    }
  }

  std::string whole_;
  Reader reader_;
  MemoryFile memory_;
};

class PeersHostileTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    if (!tests::is_here(GetParam())) {
      GTEST_SKIP() << "no fixtures";
    }
  }

  Damage damage() const {
    const Peer& peer = GetParam();
    return {read_file(peer.path(peer.checkpoint)), [this, &peer](const std::string& path) {
              import_as(peer, path);
            }};
  }

  void import_as(const Peer& peer, const std::string& path) const {
    ImportOptions options;
    options.checkpoint = path;
    options.config = tests::config_of(peer);
    options.out = folder_ / "model.safetensors";
    import_checkpoint(options);
  }

  TemporaryFolder folder_;
};

TEST_P(PeersHostileTest, CutShort) {
  EXPECT_EQ(damage().cut(50), 0);
}

/// A small file that has every tensor of a checkpoint in its shape: views of one number.
std::string shapes_alone(const std::vector<std::pair<std::string, CheckpointTensor>>& tensors) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [name, described] : tensors) {
    const bool whole = described.type == "I64";
    entries.emplace_back(
        name,
        tensor(
            whole ? storage("1", 1, "LongStorage") : storage("0", 1),
            0,
            described.shape,
            std::vector<int64_t>(described.shape.size(), 0)));
  }
  return checkpoint_of(dict(entries), {std::string(4, '\0'), std::string(8, '\0')});
}

/// Sizes that the network is built from, which no code base ever had.
TEST_P(PeersHostileTest, OddShapes) {
  const Peer& peer = GetParam();
  const CheckpointFile file(peer.path(peer.checkpoint));
  constexpr int64_t kLarge = int64_t{1} << 20;
  constexpr int64_t kHuge = int64_t{1} << 40;
  const std::vector<std::vector<int64_t>> shapes = {
      {},
      {0},
      {kHuge, 0},
      {0, kHuge},
      {kHuge, 0, kHuge},
      {1},
      {3},
      {1, 1},
      {5, 7},
      {2, 1, 3, 1, 4},
      {kLarge},
      {kLarge, 3},
      {3, kLarge},
      {1, 1, kLarge}};
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    auto tensors = file.tensors();
    auto& changed = tensors[random() % tensors.size()];
    const size_t choice = random() % (shapes.size() + 3);
    if (choice < shapes.size()) {
      changed.second.shape = shapes[choice];
    } else if (!changed.second.shape.empty()) {
      int64_t& size = changed.second.shape[random() % changed.second.shape.size()];
      size = choice % 3 == 0 ? size + 1 : choice % 3 == 1 ? size * 2 : size / 2;
    }
    write_file(folder_ / "odd.pth", shapes_alone(tensors));
    try {
      import_as(peer, folder_ / "odd.pth");
    } catch (const Error& fault) {
      EXPECT_EQ(std::string(fault.what()).find('\n'), std::string::npos) << fault.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Checkpoints, PeersHostileTest, testing::ValuesIn(tests::peers()), [](const auto& peer) {
      return peer.param.name;
    });

class PeersFlippedTest : public PeersHostileTest {};

TEST_P(PeersFlippedTest, Imports) {
  const int taken = damage().flip(200);
  EXPECT_LT(taken, 200);
  std::cout << GetParam().name << ": " << taken << " of 200 imported\n";
}

/// Whole imports of the small ones, in both formats; of all with SOTTO_SOAK set, which takes minutes.
std::vector<Peer> small_peers() {
  const bool all = std::getenv("SOTTO_SOAK") != nullptr;
  std::vector<Peer> some;
  for (const Peer& peer : tests::peers()) {
    if (all || (!peer.has_front_end() && peer.name != "lrw")) {
      some.push_back(peer);
    }
  }
  return some;
}

INSTANTIATE_TEST_SUITE_P(
    Checkpoints, PeersFlippedTest, testing::ValuesIn(small_peers()), [](const auto& peer) {
      return peer.param.name;
    });

/// Model files of our own.
class HostileModelTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    if (!tests::is_here(GetParam())) {
      GTEST_SKIP() << "no fixtures";
    }
  }

  static Damage damage() {
    const bool language_model = GetParam().is_language_model();
    return {read_file(tests::imported(GetParam())), [language_model](const std::string& path) {
              if (language_model) {
                read_language_model(path);
              } else {
                read_model(path);
              }
            }};
  }
};

TEST_P(HostileModelTest, CutShort) {
  EXPECT_EQ(damage().cut(50), 0);
}

TEST_P(HostileModelTest, Flipped) {
  EXPECT_LT(damage().flip(200), 200);
}

INSTANTIATE_TEST_SUITE_P(
    Models, HostileModelTest, testing::ValuesIn(small_peers()), [](const auto& peer) {
      return peer.param.name;
    });

}  // namespace
}  // namespace sotto::experiments
