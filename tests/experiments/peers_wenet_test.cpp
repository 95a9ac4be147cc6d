// WeNet's bidirectional models: decoding, losses and gradients of its own code.
#include <sstream>

#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "common/regulariser.h"
#include "experiments/objective.h"
#include "experiments/raw_input.h"
#include "experiments/recogniser.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;
using tests::Peer;

constexpr double kScoreTolerance = 1e-3;
constexpr double kRelative = 1e-4;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

class PeersWenetTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    if (!tests::is_here(GetParam())) {
      GTEST_SKIP() << "no fixtures";
    }
    const Peer& peer = GetParam();
    model_ = read_model(tests::imported(peer));
    case_ = peer.prefix.substr(0, peer.prefix.size() - 1);
    results_ = tests::read_json(peer.path("results.json")).at(case_);
    for (const RawClip& clip : read_raw_clips(peer.path(peer.outputs), model_)) {
      if (clip.name == case_) {
        batch_ = clip.batch;
      }
    }
    batch_.tokens = results_.at("config").at("labels").get<decltype(batch_.tokens)>();
    batch_.presence = at::ones({2, 2});
    batch_.audio_weight = at::ones({2});
  }

  /// What the name of a list in `decode` asks for, such as "rescoring_beam4_ctc0.5_rev0.3".
  decoding::SearchOptions options_of(const std::string& name) const {
    decoding::SearchOptions options = model_.card.decode;
    options.nbest = 10;
    options.method = name == "ctc_greedy" ? "greedy" : name[0] == 'c' ? "ctc_prefix" : "rescoring";
    std::istringstream words(name);
    for (std::string word; std::getline(words, word, '_');) {
      if (word.rfind("beam", 0) == 0) {
        options.beam = std::stoll(word.substr(4));
      } else if (word.rfind("ctc0", 0) == 0) {
        options.ctc_weight = std::stod(word.substr(3));
      } else if (word.rfind("rev", 0) == 0) {
        options.reverse_weight = std::stod(word.substr(3));
      }
    }
    return options;
  }

  /// One clip's readings against the list's entry of it.
  static void compare(
      const std::vector<decoding::Hypothesis>& got, const std::string& name, const json& entry) {
    ASSERT_FALSE(got.empty());
    if (name == "ctc_greedy") {
      EXPECT_EQ(json(got[0].labels()), entry);
    } else if (entry.contains("nbest")) {
      ASSERT_EQ(got.size(), entry.at("nbest").size());
      for (size_t n = 0; n < got.size(); ++n) {
        EXPECT_EQ(json(got[n].labels()), entry.at("nbest")[n]) << n;
        EXPECT_NEAR(got[n].score, entry.at("scores")[n].get<double>(), kScoreTolerance) << n;
      }
    } else {
      EXPECT_EQ(json(got[0].labels()), entry.at("tokens"));
      EXPECT_NEAR(got[0].score, entry.at("score").get<double>(), kScoreTolerance);
    }
  }

  /// The loss of the case's configuration. WeNet divides attention by the labels of the whole batch
  /// where it normalises; ours is a mean over clips, so the weights carry the quotient:
  /// loss = scale * ours.
  struct CaseLoss {
    LossOptions options;
    double scale;
    double attention;  ///< what attention is multiplied by
  };
  CaseLoss case_loss() const {
    const json& config = results_.at("config");
    double labels = 0;
    for (const auto& row : batch_.tokens) {
      labels += static_cast<double>(row.size()) + 1;
    }
    const double attention =
        config.at("norm").get<bool>() ? static_cast<double>(batch_.tokens.size()) / labels : 1.0;
    const double ctc_weight = config.at("cw").get<double>();
    CaseLoss loss{{}, ctc_weight + (1 - ctc_weight) * attention, attention};
    loss.options.ctc_weight = ctc_weight / loss.scale;
    loss.options.reverse_weight = config.at("rw").get<double>();
    loss.options.padding_leaks = true;
    return loss;
  }

  Loss compute() { return Objective(case_loss().options, true, false)(*model_.network, batch_, 0); }

  void compare(const Loss& loss, const json& expected) const {
    const CaseLoss how = case_loss();
    const auto part = [&](const char* name) { return loss.parts.at(name).item<double>(); };
    const double reversed = how.options.reverse_weight;
    const double attention = how.attention * ((1 - reversed) * part("attention") +
                                              reversed * part("attention_reversed"));
    const auto near = [&](double actual, const char* key) {
      const double wanted = expected.at(key).get<double>();
      EXPECT_NEAR(actual, wanted, kRelative * std::abs(wanted)) << key;
    };
    near(how.scale * part("total"), "loss");
    near(attention, "loss_att");
    near(part("ctc"), "loss_ctc");
  }

  LoadedModel model_;
  std::string case_;
  json results_;
  datasets::Batch batch_;
};

TEST_P(PeersWenetTest, Decoding) {
  const c10::InferenceMode inference;
  const Encoded encoded = encode_batch(*model_.network, batch_, Modality{false, true});
  for (const auto& [name, list] : results_.at("decode").items()) {
    const auto found = search_clips(*model_.network, encoded, options_of(name));
    ASSERT_EQ(found.size(), list.size());
    for (size_t b = 0; b < list.size(); ++b) {
      SCOPED_TRACE(name + ", clip " + std::to_string(b));
      compare(found[b], name, list[b]);
    }
  }
}

TEST_P(PeersWenetTest, LossesInEvaluation) {
  const at::NoGradGuard no_grad;
  compare(compute(), results_.at("eval_mode"));
}

TEST_P(PeersWenetTest, LossesAndGradientsInTraining) {
  model_.network->train();
  set_regularisers(*model_.network, false);
  const Loss loss = compute();
  compare(loss, results_.at("train_mode"));
  (loss.total * case_loss().scale).backward();

  tests::compare_gradients(
      *model_.network, GetParam(), "", read_tensors(GetParam().path(GetParam().outputs)));

  const Family family = tests::family_of(GetParam());
  for (const auto& parameter : model_.network->named_parameters()) {
    const std::string name = family.theirs(parameter.key());
    // These two kinds are zero but for rounding.
    if (!ends_with(name, "linear_k.bias") && !ends_with(name, "depthwise_conv.bias")) {
      const double norm = results_.at("grad_l2").at(name).get<double>();
      EXPECT_NEAR(parameter.value().grad().norm().item<double>(), norm, 1e-3 * norm) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Peers, PeersWenetTest, testing::ValuesIn(tests::wenet_peers()), [](const auto& peer) {
      return peer.param.name;
    });

}  // namespace
}  // namespace sotto::experiments
