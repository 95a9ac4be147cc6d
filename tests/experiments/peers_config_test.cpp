// What published configurations decide, and the decoding settings of their families.
#include <map>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "encoders/conformer.h"
#include "experiments/peers/checkpoint_file.h"
#include "experiments/peers/defaults.h"
#include "experiments/peers/derive.h"
#include "tests/common/temporary_folder.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

/// The network of a fixture's tensors under a configuration of a few keys.
class PeersConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_here(tests::peer_named("vsrml_video"))) {
      GTEST_SKIP() << "no fixtures";
    }
  }

  ModelOptions derive(const Peer& peer, const std::string& json) {
    const Family family = tests::family_of(peer);
    const CheckpointFile file(peer.path(peer.checkpoint));
    std::map<std::string, std::vector<int64_t>> shapes;
    for (const auto& [theirs, tensor] : file.tensors()) {
      if (const auto name = family.ours(theirs)) {
        shapes[*name] = tensor.shape;
      }
    }
    PeerConfig config;
    if (!json.empty()) {
      write_file(folder_ / "model.json", json);
      config = PeerConfig(folder_ / "model.json", "");
    }
    assumed_.clear();
    return derive_model(Shapes("checkpoint", shapes), family, config, assumed_);
  }

  static std::string positions(const StreamOptions& stream) {
    return dynamic_cast<const encoders::ConformerOptions&>(*stream.encoder.options).positions;
  }

  TemporaryFolder folder_;
  Assumptions assumed_;
};

TEST_F(PeersConfigTest, RelativePositions) {
  const Peer& peer = tests::peer_named("vsrml_video");
  const auto scheme = [&](const std::string& keys) { return positions(derive(peer, keys).video); };
  const std::string type = R"({"transformer_encoder_attn_layer_type": "rel_mha")";
  EXPECT_EQ(scheme(type + "}"), "relative_legacy");
  EXPECT_EQ(scheme(type + R"(, "rel_pos_type": null})"), "relative_legacy");
  EXPECT_EQ(scheme(type + R"(, "rel_pos_type": "latest"})"), "relative");
  EXPECT_EQ(scheme(type + R"(, "rel_pos_type": "legacy"})"), "relative");
  EXPECT_EQ(
      scheme(
          R"({"transformer_encoder_attn_layer_type": "legacy_rel_mha", "rel_pos_type": "latest"})"),
      "relative_legacy");
  EXPECT_TRUE(assumed_.empty());
  EXPECT_EQ(scheme(""), "relative");
  EXPECT_EQ(assumed_.size(), 1U);  // without a configuration it is a guess
}

TEST_F(PeersConfigTest, RelativePositionsOfTwoStreams) {
  const Peer& peer = tests::peer_named("vsrml_av");
  ModelOptions model = derive(peer, R"({"transformer_encoder_attn_layer_type": "rel_mha",
      "aux_transformer_encoder_attn_layer_type": "rel_mha"})");
  EXPECT_EQ(positions(model.video), "relative_legacy");
  EXPECT_EQ(positions(model.audio), "relative");
  model = derive(peer, R"({"rel_pos_type": "latest",
      "aux_transformer_encoder_attn_layer_type": "legacy_rel_mha"})");
  EXPECT_EQ(positions(model.video), "relative");
  EXPECT_EQ(positions(model.audio), "relative_legacy");
}

TEST_F(PeersConfigTest, WhatIsNotSupported) {
  const Peer& peer = tests::peer_named("vsrml_video");
  EXPECT_THROW(derive(peer, R"({"zero_triu": true})"), CheckpointError);
  EXPECT_THROW(derive(peer, R"({"zero_triu": "yes"})"), DataError);
  EXPECT_THROW(derive(peer, R"({"relu_type": "gelu"})"), CheckpointError);
  EXPECT_THROW(
      derive(tests::peer_named("vsrml_audio"), R"({"a_upsample_ratio": 2})"), CheckpointError);
}

// Without fixtures.

PeerConfig config_of(const std::string& json) {
  const TemporaryFolder folder;
  write_file(folder / "model.json", json);
  return {folder / "model.json", "case"};
}

TEST(PeerConfigTest, AnObjectOrTheLastOfThree) {
  const std::string object = R"({"char_list": ["<blank>", "a", "<eos>"], "macaron_style": 1})";
  for (const std::string& json :
       {object, "[80, 41, " + object + "]", "{\"case\": " + object + "}"}) {
    const PeerConfig config = config_of(json);
    EXPECT_EQ(config.kind(), "model");
    EXPECT_EQ(config.tokens(), (std::vector<std::string>{"<blank>", "a", "<eos>"}));
    EXPECT_TRUE(config.flag("macaron_style", false));
  }
  const PeerConfig backbone = config_of(R"({"model": {"visual_backbone": {"dheads": 12}}})");
  EXPECT_EQ(backbone.kind(), "backbone");
  EXPECT_EQ(backbone.integer("dheads", 0), 12);
}

TEST(PeerConfigTest, WhatIsNone) {
  const std::vector<std::string> texts = {
      "", "{", "[1, 2]", "[1, 2, 3]", "3", "\"text\"", std::string(100000, '[')};
  for (const std::string& json : texts) {
    EXPECT_THROW(config_of(json), DataError) << json.substr(0, 20);
  }
  EXPECT_THROW(config_of(R"({"char_list": 3})").tokens(), DataError);
  EXPECT_THROW(config_of(R"({"char_list": [3]})").tokens(), DataError);
  EXPECT_THROW(config_of(R"({"dheads": 1.5})").integer("dheads", 0), DataError);
}

decoding::SearchOptions defaults(
    const std::string& family,
    bool sound,
    const std::vector<std::string>& tokens,
    const std::string& json = "{}") {
  ModelCard card;
  card.family = family;
  card.tokens = tokens;
  card.tokenizer_type = datasets::tokenizer_type_of(tokens);
  if (sound) {
    card.model.audio.frontend.type = "resnet1d";
  }
  set_decoding_defaults(card, config_of(json));
  return card.decode;
}

TEST(PeersDefaultsTest, PublishedSettings) {
  const std::vector<std::string> characters = datasets::english_characters();
  const std::vector<std::string> pieces = {"<blank>", "\u2581THE", "ING", "<eos>"};
  const auto expect = [](const decoding::SearchOptions& got, double ctc, double lm, double bonus) {
    EXPECT_EQ(got.method, "beam");
    EXPECT_EQ(got.beam, 40);
    EXPECT_EQ(got.ctc_weight, ctc);
    EXPECT_EQ(got.lm_weight, lm);
    EXPECT_EQ(got.length_bonus, bonus);
  };
  expect(defaults("auto_avsr", false, pieces), 0.1, 0, 0);
  expect(defaults("auto_avsr-1", true, pieces), 0.1, 0, 0);
  expect(defaults("vsr-ml", false, pieces, R"({"labels_type": "unigram5000"})"), 0.1, 0.3, 0);
  expect(defaults("vsr-ml", true, pieces, R"({"labels_type": "unigram5000"})"), 0.1, 0, 0);
  expect(defaults("vsr-ml", false, characters), 0.1, 0.6, 0.5);
  expect(defaults("cnvsrc-2023", false, pieces), 0.5, 0, 0);
  expect(defaults("cnvsrc-2024", false, pieces), 0.5, 0, 0);
  EXPECT_EQ(defaults("wenet", false, pieces).method, "rescoring");
}

}  // namespace
}  // namespace sotto::experiments
