// Export gives a checkpoint back as it was.
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "common/files.h"
#include "experiments/model_file.h"
#include "experiments/peers/import.h"
#include "tests/common/temporary_folder.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;
using tests::StateDict;

class PeersExportTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    const Peer& peer = GetParam();
    if (!tests::is_here(peer)) {
      GTEST_SKIP() << "no fixtures";
    }
    // Under its own name, which the model file remembers.
    exported_ = folder_ / peer.checkpoint;
    export_checkpoint(tests::imported(peer), exported_);
  }

  TemporaryFolder folder_;
  std::string exported_;
};

/// Every tensor that the family's code loads, one for one.
TEST_P(PeersExportTest, TensorsAreTheOriginals) {
  const Family family = tests::family_of(GetParam());
  std::map<std::string, StateDict::Entry> got;
  for (StateDict::Entry& entry : StateDict(exported_).entries) {
    got[entry.name] = std::move(entry);
  }
  size_t expected = 0;
  for (const StateDict::Entry& entry : StateDict(GetParam().path(GetParam().checkpoint)).entries) {
    if (!family.ours(entry.name) && !is_position_table(entry.name)) {
      continue;  // a word classifier's other layers
    }
    ++expected;
    ASSERT_EQ(got.count(entry.name), 1U) << entry.name;
    EXPECT_EQ(got[entry.name].type, entry.type) << entry.name;
    EXPECT_EQ(got[entry.name].shape, entry.shape) << entry.name;
    EXPECT_TRUE(got[entry.name].bytes == entry.bytes) << entry.name;
  }
  EXPECT_EQ(got.size(), expected);
}

TEST_P(PeersExportTest, ImportedAgainItIsTheSameModel) {
  const Peer& peer = GetParam();
  ImportOptions options;
  options.checkpoint = exported_;
  options.config = tests::config_of(peer);
  options.units = peer.units.empty() ? "" : peer.path(peer.units);
  options.out = folder_ / "again.safetensors";
  import_checkpoint(options);
  EXPECT_TRUE(read_file(options.out) == read_file(tests::imported(peer)));
}

TEST_P(PeersExportTest, AModelFileWrittenAgainIsTheSame) {
  const std::string again = folder_ / "copy.safetensors";
  write_contents(again, read_contents(tests::imported(GetParam())));
  EXPECT_TRUE(read_file(again) == read_file(tests::imported(GetParam())));
}

TEST_P(PeersExportTest, EqualModelsGiveEqualBytes) {
  export_checkpoint(tests::imported(GetParam()), folder_ / "second.pth");
  EXPECT_TRUE(read_file(exported_) == read_file(folder_ / "second.pth"));
}

INSTANTIATE_TEST_SUITE_P(
    Peers, PeersExportTest, testing::ValuesIn(tests::peers()), [](const auto& peer) {
      return peer.param.name;
    });

}  // namespace
}  // namespace sotto::experiments
