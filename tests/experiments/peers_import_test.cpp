// What import makes of checkpoints that are not as they should be.
#include <filesystem>
#include <set>
#include <tuple>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/model_file.h"
#include "experiments/peers/import.h"
#include "tests/common/temporary_folder.h"
#include "tests/experiments/checkpoint_builder.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;
using tests::StateDict;

/// Needs the fixtures.
class PeersImportTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_here(lm_)) {
      GTEST_SKIP() << "no fixtures";
    }
  }

  ImportOptions options(const Peer& peer, const std::string& checkpoint) const {
    ImportOptions options;
    options.checkpoint = checkpoint;
    options.config = tests::config_of(peer);
    options.out = folder_ / "model.safetensors";
    return options;
  }

  /// What import says of a changed copy; "" where it takes it.
  std::string fault_of(const Peer& peer, const StateDict& changed) const {
    changed.write(folder_ / "changed.pth");
    return fault_of(options(peer, folder_ / "changed.pth"));
  }

  static std::string fault_of(const ImportOptions& options) {
    try {
      import_checkpoint(options);
    } catch (const Error& fault) {
      const std::string what = fault.what();
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
      EXPECT_FALSE(std::filesystem::exists(options.out));
      return what;
    }
    return "";
  }

  static void expect_parts(const std::string& text, const std::vector<std::string>& parts) {
    for (const std::string& part : parts) {
      EXPECT_NE(text.find(part), std::string::npos) << part << "\nin: " << text;
    }
  }

  StateDict state_of(const Peer& peer) const { return StateDict(peer.path(peer.checkpoint)); }

  TemporaryFolder folder_;
  const Peer& lm_ = tests::peer_named("vsrml_lm");
  const Peer& wenet_ = tests::peer_named("wenet_conformer_bi");
};

TEST_F(PeersImportTest, NamesGoBothWays) {
  for (const Peer& peer : tests::peers()) {
    const Family family = tests::family_of(peer);
    const CheckpointFile file(peer.path(peer.checkpoint));
    std::set<std::string> ours;
    for (const auto& entry : file.tensors()) {
      if (const auto name = family.ours(entry.first)) {
        EXPECT_EQ(family.theirs(*name), entry.first) << peer.name;
        EXPECT_TRUE(ours.insert(*name).second) << peer.name << ": two names become " << *name;
      }
    }
    EXPECT_FALSE(ours.empty()) << peer.name;
  }
}

TEST_F(PeersImportTest, ChangedNamesAndShapesOfAWenetModel) {
  StateDict changed = state_of(wenet_);
  changed.erase("encoder.encoders.1.self_attn.linear_q.weight");
  changed.add("decoder.left_decoder.decoders.0.adapter.weight", {2, 3});
  changed.at("ctc.ctc_lo.bias").shape = {1, 40};
  expect_parts(
      fault_of(wenet_, changed),
      {folder_ / "changed.pth",
       "most like a checkpoint of WeNet",
       "missing encoder.encoders.1.self_attn.linear_q.weight",
       "unexpected decoder.left_decoder.decoders.0.adapter.weight",
       "of another shape ctc.ctc_lo.bias (1, 40) instead of (40)"});
}

TEST_F(PeersImportTest, AWenetModelOfOneDirectionIsExportedUnderItsNames) {
  const std::string left = "decoder.left_decoder.";
  StateDict one_way = state_of(wenet_);
  std::set<std::string> names;
  for (const auto& entry : state_of(wenet_).entries) {
    if (entry.name.rfind("decoder.right_decoder.", 0) == 0) {
      one_way.erase(entry.name);
    } else if (entry.name.rfind(left, 0) == 0) {
      one_way.at(entry.name).name = "decoder." + entry.name.substr(left.size());
      names.insert("decoder." + entry.name.substr(left.size()));
    } else {
      names.insert(entry.name);
    }
  }
  one_way.write(folder_ / "one_way.pt");
  const ImportOptions request = options(wenet_, folder_ / "one_way.pt");
  import_checkpoint(request);
  export_checkpoint(request.out, folder_ / "again.pt");
  std::set<std::string> again;
  for (const auto& entry : StateDict(folder_ / "again.pt").entries) {
    again.insert(entry.name);
  }
  EXPECT_EQ(again, names);
}

TEST_F(PeersImportTest, ChangedNamesAndShapesOfALanguageModel) {
  StateDict changed = state_of(lm_);
  changed.erase("encoder.encoders.0.norm_ff.bias");
  changed.add("extra", {1});
  changed.at("decoder.bias").shape = {2, 25};
  expect_parts(
      fault_of(lm_, changed),
      {"most like a checkpoint of Transformer language model of VSR-ML",
       "missing encoder.encoders.0.norm_ff.bias",
       "unexpected extra",
       "of another shape decoder.bias (2, 25) instead of (50)"});
}

TEST_F(PeersImportTest, ChangedNamesOfARecogniser) {
  const Peer& peer = tests::peer_named("cn24_video");
  StateDict changed = state_of(peer);
  changed.erase("encoder.frontend.trunk.layer2.0.bn1.bias");
  changed.add("r_decoder.extra", {1});
  expect_parts(
      fault_of(peer, changed),
      {"most like a checkpoint of CNVSRC 2024",
       "missing encoder.frontend.trunk.layer2.0.bn1.bias",
       "unexpected r_decoder.extra"});
}

TEST_F(PeersImportTest, AMissingNameThatDimensionsComeFrom) {
  StateDict changed = state_of(lm_);
  changed.erase("encoder.after_norm.weight");
  expect_parts(fault_of(lm_, changed), {"missing encoder.after_norm.weight"});
  changed = state_of(lm_);
  changed.at("embed.weight").shape = {50 * 16};
  expect_parts(fault_of(lm_, changed), {"embed.weight: expected 2 dimensions or more, got 1"});
}

TEST_F(PeersImportTest, UnitsThatDoNotFit) {
  ImportOptions request = options(wenet_, wenet_.path(wenet_.checkpoint));
  request.units = folder_ / "units.txt";
  write_file(request.units, "a 1\nb 2\n");
  expect_parts(
      fault_of(request),
      {request.units, "expected 40 tokens with <blank> and <eos>, as the checkpoint has, got 4"});
  write_file(request.units, "a 1\nb 3\n");
  expect_parts(fault_of(request), {request.units + ":2"});
}

TEST_F(PeersImportTest, ATokenListThatDoesNotFit) {
  const Peer& peer = tests::peer_named("vsrml_audio");
  ImportOptions request = options(peer, peer.path(peer.checkpoint));
  request.config = folder_ / "model.json";
  write_file(request.config, R"({"char_list": ["<blank>", "a", "<eos>"]})");
  expect_parts(fault_of(request), {request.config + ": char_list", "expected 50 tokens", "got 3"});
}

TEST_F(PeersImportTest, PrefixesOfWrappers) {
  const auto model_of = [&](const std::string& prefix) {
    StateDict changed = state_of(lm_);
    for (StateDict::Entry& entry : changed.entries) {
      entry.name = prefix + entry.name;
    }
    changed.write(folder_ / "wrapped.pth");
    const ImportOptions request = options(lm_, folder_ / "wrapped.pth");
    import_checkpoint(request);
    return read_file(request.out);
  };
  const std::string plain = model_of("");
  EXPECT_TRUE(plain == model_of("model."));
  EXPECT_TRUE(plain == model_of("module."));
}

TEST_F(PeersImportTest, TiedWeights) {
  const Peer& peer = tests::peer_named("vsrml_lm2");
  StateDict changed = state_of(peer);
  EXPECT_EQ(fault_of(peer, changed), "");  // two copies
  std::filesystem::remove(folder_ / "model.safetensors");
  changed.at("decoder.weight").bytes[5] ^= 1;
  expect_parts(fault_of(peer, changed), {"ties decoder.weight to embed.weight, but they differ"});
}

TEST_F(PeersImportTest, OtherPrecisions) {
  const LoadedLanguageModel whole = read_language_model(tests::imported(lm_));
  const TensorMap wanted = experiments::state_of(*whole.network);
  for (const auto& [type, name, tolerance] :
       {std::tuple{at::kHalf, "F16", 1e-3},
        {at::kBFloat16, "BF16", 1e-2},
        {at::kDouble, "F64", 0.0}}) {
    StateDict changed = state_of(lm_);
    for (StateDict::Entry& entry : changed.entries) {
      const at::Tensor values =
          at::from_blob(entry.bytes.data(), entry.shape, at::kFloat).to(type).contiguous();
      const auto* bytes = static_cast<const uint8_t*>(values.data_ptr());
      entry.bytes.assign(bytes, bytes + values.nbytes());
      entry.type = name;
    }
    changed.write(folder_ / "other.pth");
    const ImportOptions request = options(lm_, folder_ / "other.pth");
    import_checkpoint(request);
    EXPECT_EQ(SafetensorsFile(request.out).entries().at("embed.weight").type, name);
    const LoadedLanguageModel other = read_language_model(request.out);
    for (const auto& [key, tensor] : experiments::state_of(*other.network)) {
      EXPECT_EQ(tensor.scalar_type(), at::kFloat) << key;
      EXPECT_LE(tests::relative_difference(tensor, wanted.at(key)), tolerance) << name << key;
    }
  }
}

TEST_F(PeersImportTest, LimitOfTheExpandedTensors) {
  const Peer& peer = tests::peer_named("avsr_video");
  ImportOptions request = options(peer, peer.path(peer.checkpoint));
  request.limit_bytes = uint64_t{1} << 20;
  expect_parts(fault_of(request), {"take more than the limit of 1 MiB", "--limit-mib"});
}

/// A few bytes that describe 64 GiB.
TEST_F(PeersImportTest, AHugeViewOfAFewBytes) {
  const std::string huge = tensor(storage("0", 3), 0, {int64_t{1} << 28, 64}, {0, 0});
  const std::string small = three_floats();
  write_file(
      folder_ / "huge.pth",
      checkpoint_of(
          dict(
              {{"embed.weight", huge},
               {"encoder.after_norm.weight", small},
               {"encoder.encoders.0.norm_mha.weight", small},
               {"encoder.encoders.0.feed_forward.w_1.weight", small}}),
          {std::string(12, '\0')}));
  expect_parts(
      fault_of(options(lm_, folder_ / "huge.pth")), {"take more than the limit of 8192 MiB"});
}

/// One number, seen two million times, is not much; that many tokens are.
TEST_F(PeersImportTest, AVocabularyWithoutEnd) {
  StateDict changed = state_of(lm_);
  StateDict::Entry& embedding = changed.at("embed.weight");
  embedding.shape = {int64_t{1} << 21, 1};
  embedding.bytes.assign(sizeof(float) << 21, 0);
  expect_parts(fault_of(lm_, changed), {"expected 3 to 1000002 classes, got 2097152"});
}

/// Such tensors cost nothing, whatever size they claim.
TEST_F(PeersImportTest, ATensorWithoutElements) {
  StateDict changed = state_of(lm_);
  StateDict::Entry& embedding = changed.at("embed.weight");
  embedding.shape = {int64_t{1} << 40, 0};
  embedding.bytes.clear();
  expect_parts(fault_of(lm_, changed), {"embed.weight: expected a tensor with elements"});
}

TEST_F(PeersImportTest, AConfigurationOfNoNetwork) {
  ImportOptions request = options(lm_, lm_.path(lm_.checkpoint));
  request.config = folder_ / "model.json";
  for (const char* heads : {"0", "-2", "3", "9000000000000000000"}) {
    write_file(request.config, "{\"head\": " + std::string(heads) + "}");
    expect_parts(fault_of(request), {request.checkpoint, "heads"});
  }
}

TEST_F(PeersImportTest, WhatIsNoCheckpoint) {
  const auto fault = [&](const std::string& bytes) {
    write_file(folder_ / "file", bytes);
    return fault_of(options(wenet_, folder_ / "file"));
  };
  EXPECT_NE(fault(""), "");
  EXPECT_NE(fault("some text\n"), "");
  EXPECT_NE(fault(std::string(5000, '\0')), "");
  EXPECT_NE(fault(read_file(tests::imported(lm_))), "");
  EXPECT_NE(fault_of(options(wenet_, folder_ / "nothing")), "");
  EXPECT_NE(fault_of(options(wenet_, folder_.path())), "");
  expect_parts(
      fault(checkpoint_of(dict({{"layers.0.weight", three_floats()}}), {std::string(12, '\0')})),
      {"not a checkpoint of a code base that sotto knows", "layers.0.weight"});
}

}  // namespace
}  // namespace sotto::experiments
