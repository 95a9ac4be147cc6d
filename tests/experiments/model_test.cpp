#include "experiments/model.h"

#include "common/error.h"
#include "common/tensor_file.h"
#include "experiments/model_file.h"
#include "experiments/recogniser.h"
#include "tests/small_model.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

using Shape = std::vector<int64_t>;
using Shapes = std::map<std::string, Shape>;

/// The published names (auto_avsr's present checkpoints), written down part by part.
struct PublishedNames {
  Shapes shapes;

  void affine(const std::string& name, const Shape& weight) {
    shapes[name + ".weight"] = weight;
    shapes[name + ".bias"] = {weight[0]};
  }
  void norm(const std::string& name, int64_t D) { affine(name, {D}); }
  void batch_norm(const std::string& name, int64_t channels) {
    norm(name, channels);
    shapes[name + ".running_mean"] = {channels};
    shapes[name + ".running_var"] = {channels};
    shapes[name + ".num_batches_tracked"] = {};
  }
  /// `kernel` is {3, 3} for pictures and {3} for sound.
  void trunk(const std::string& name, const Shape& kernel) {
    const int64_t widths[] = {64, 64, 128, 256, 512};
    const auto convolution = [&](const std::string& key, int64_t out, int64_t in, int64_t side) {
      Shape shape = {out, in};
      shape.insert(shape.end(), kernel.size(), side);
      shapes[key + ".weight"] = shape;
    };
    for (int64_t stage = 1; stage <= 4; ++stage) {
      for (int64_t block = 0; block < 2; ++block) {
        const std::string key =
            name + ".layer" + std::to_string(stage) + "." + std::to_string(block);
        const int64_t out = widths[stage];
        const int64_t in = block == 0 ? widths[stage - 1] : out;
        convolution(key + ".conv1", out, in, 3);
        batch_norm(key + ".bn1", out);
        convolution(key + ".conv2", out, out, 3);
        batch_norm(key + ".bn2", out);
        if (in != out) {
          convolution(key + ".downsample.0", out, in, 1);
          batch_norm(key + ".downsample.1", out);
        }
      }
    }
  }
  void attention(const std::string& name, int64_t D) {
    for (const char* part : {"q", "k", "v", "out"}) {
      affine(name + ".linear_" + part, {D, D});
    }
  }
  void feed_forward(const std::string& name, int64_t D, int64_t hidden) {
    affine(name + ".w_1", {hidden, D});
    affine(name + ".w_2", {D, hidden});
  }
  void encoder(const std::string& name, int64_t D, int64_t heads, int64_t hidden, int64_t kernel) {
    const std::string block = name + ".encoders.0";
    attention(block + ".self_attn", D);
    shapes[block + ".self_attn.pos_bias_u"] = {heads, D / heads};
    shapes[block + ".self_attn.pos_bias_v"] = {heads, D / heads};
    shapes[block + ".self_attn.linear_pos.weight"] = {D, D};
    feed_forward(block + ".feed_forward", D, hidden);
    feed_forward(block + ".feed_forward_macaron", D, hidden);
    affine(block + ".conv_module.pointwise_cov1", {2 * D, D, 1});
    affine(block + ".conv_module.depthwise_conv", {D, 1, kernel});
    batch_norm(block + ".conv_module.norm", D);
    affine(block + ".conv_module.pointwise_cov2", {D, D, 1});
    for (const char* part : {"ff", "mha", "ff_macaron", "conv", "final"}) {
      norm(block + ".norm_" + part, D);
    }
    norm(name + ".after_norm", D);
  }
  void decoder(int64_t D, int64_t hidden, int64_t V) {
    shapes["decoder.embed.0.weight"] = {V, D};
    const std::string layer = "decoder.decoders.0";
    attention(layer + ".self_attn", D);
    attention(layer + ".src_attn", D);
    feed_forward(layer + ".feed_forward", D, hidden);
    for (const char* part : {"1", "2", "3"}) {
      norm(layer + ".norm" + part, D);
    }
    norm("decoder.after_norm", D);
    affine("decoder.output_layer", {V, D});
  }
};

Shapes shapes_of(const torch::nn::Module& module) {
  Shapes shapes;
  for (const auto& entry : state_of(module)) {
    shapes[entry.first] = entry.second.sizes().vec();
  }
  return shapes;
}

Component base_encoder() {
  auto options = std::make_shared<encoders::ConformerOptions>();
  options->layers = 1;
  return {"conformer", options};
}

TEST(AvsrModelTest, PublishedNamesOfAVideoModel) {
  ModelOptions options;
  options.video.frontend = {"resnet3d", std::make_shared<frontends::ResNetLipsOptions>()};
  options.video.encoder = base_encoder();
  options.decoder.layers = 1;
  PublishedNames names;
  names.trunk("frontend.trunk", {3, 3});
  names.shapes["frontend.frontend3D.0.weight"] = {64, 1, 5, 7, 7};
  names.batch_norm("frontend.frontend3D.1", 64);
  names.affine("proj_encoder", {768, 512});
  names.encoder("encoder", 768, 12, 3072, 31);
  names.decoder(768, 3072, 5049);
  names.affine("ctc.ctc_lo", {5049, 768});
  EXPECT_EQ(shapes_of(*AvsrModel(options, 5049)), names.shapes);
}

TEST(AvsrModelTest, PublishedNamesOfSoundStandBehindAux) {
  ModelOptions options;
  options.audio.frontend = {"resnet1d", std::make_shared<frontends::ResNetWaveformOptions>()};
  options.audio.encoder = base_encoder();
  options.decoder.layers = 1;
  PublishedNames names;
  names.trunk("aux_frontend.trunk", {3});
  names.shapes["aux_frontend.trunk.conv1.weight"] = {64, 1, 80};
  names.batch_norm("aux_frontend.trunk.bn1", 64);
  names.affine("aux_proj_encoder", {768, 512});
  names.encoder("aux_encoder", 768, 12, 3072, 31);
  names.decoder(768, 3072, 41);
  names.affine("ctc.ctc_lo", {41, 768});
  EXPECT_EQ(shapes_of(*AvsrModel(options, 41)), names.shapes);
}

TEST(AvsrModelTest, PublishedNamesOfTheFusion) {
  PublishedNames names;
  names.affine("fc1", {12, 16});
  names.batch_norm("bn1", 12);
  names.affine("fc2", {8, 12});
  const AvsrModel model(tests::golden_model_options(true, true), 12);
  EXPECT_EQ(shapes_of(*model->fusion), names.shapes);
}

/// Three clips of different lengths; the second has no sound, the third no lips.
datasets::Batch ragged_batch() {
  at::manual_seed(16);
  datasets::Batch batch;
  batch.ids = {"both", "lips", "sound"};
  batch.lengths = Lengths({9, 6, 4}, 9);
  batch.presence = tests::table({{1, 1}, {1, 0}, {0, 1}});
  batch.lips = batch.lengths.zero_padding(at::randn({3, 9, 1, 16, 16}), 1);
  batch.wave = batch.lengths.zero_padding(at::randn({3, 9 * 640, 1}), 1, 640);
  batch.lips[2].zero_();
  batch.wave[1].zero_();
  return batch;
}

datasets::Batch clip_alone(const datasets::Batch& batch, int64_t b) {
  const int64_t T = batch.lengths.frames()[static_cast<size_t>(b)];
  datasets::Batch clip;
  clip.lengths = Lengths::full(1, T);
  clip.presence = batch.presence.narrow(0, b, 1);
  if (batch.presence[b][0].item<double>() > 0) {
    clip.lips = batch.lips.narrow(0, b, 1).narrow(1, 0, T);
  }
  if (batch.presence[b][1].item<double>() > 0) {
    clip.wave = batch.wave.narrow(0, b, 1).narrow(1, 0, T * 640);
  }
  return clip;
}

class TinyModelTest : public testing::Test {
 protected:
  TinyModelTest() : model_(tests::tiny_recipe("none").model, 30) {
    tests::fill(*model_, tests::golden_weight);
    model_->eval();
  }

  const at::NoGradGuard no_grad_;
  AvsrModel model_;
};

TEST_F(TinyModelTest, ABatchIsItsClips) {
  const datasets::Batch batch = ragged_batch();
  const Encoded together = encode_batch(*model_, batch, {true, true});
  decoding::SearchOptions search;
  search.beam = 4;
  search.nbest = 2;
  const auto readings = search_clips(*model_, together, search);
  ASSERT_EQ(readings.size(), 3U);
  for (int64_t b = 0; b < 3; ++b) {
    const Encoded alone = encode_batch(*model_, clip_alone(batch, b), {true, true});
    const int64_t T = alone.lengths.padded();
    tests::expect_close(together.memory[b].narrow(0, 0, T), alone.memory[0], 5e-6);
    tests::expect_close(together.emission[b].narrow(0, 0, T), alone.emission[0], 5e-6);
    const auto& found = readings[static_cast<size_t>(b)];
    const auto expected = search_clips(*model_, alone, search).front();
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].tokens, expected[i].tokens);
      EXPECT_NEAR(found[i].score, expected[i].score, 1e-4);
    }
  }
}

TEST_F(TinyModelTest, EveryModalityHearsItsOwnStreams) {
  const datasets::Batch batch = clip_alone(ragged_batch(), 0);
  datasets::Batch other = batch;
  other.wave = at::randn_like(batch.wave);
  const auto memory = [&](const datasets::Batch& input, Modality modality) {
    return encode_batch(*model_, input, modality).memory;
  };
  EXPECT_TRUE(memory(batch, {false, true}).equal(memory(other, {false, true})));
  EXPECT_FALSE(memory(batch, {true, false}).equal(memory(other, {true, false})));
  EXPECT_FALSE(memory(batch, {true, true}).equal(memory(other, {true, true})));
  const Encoded head = encode_batch(*model_, batch, {true, false}, /*stream_head=*/true);
  tests::expect_near(
      head.emission,
      at::log_softmax(
          model_->aux_stream_ctc->forward(model_->encode({}, batch.wave, batch.lengths).audio), -1),
      1e-6);
  // What no clip of a batch has is heard as beside clips that have it.
  datasets::Batch silent = batch;
  silent.wave = at::zeros_like(batch.wave);
  const at::Tensor nothing = memory(silent, {true, false});
  silent.wave = at::Tensor();
  EXPECT_TRUE(memory(silent, {true, false}).equal(nothing));
  datasets::Batch unseen = batch;
  unseen.lips = at::zeros_like(batch.lips);
  const at::Tensor dark = memory(unseen, {false, true});
  unseen.lips = at::Tensor();
  EXPECT_TRUE(memory(unseen, {false, true}).equal(dark));
}

TEST_F(TinyModelTest, TheSameClipFromAnUtterance) {
  datasets::Utterance utterance;
  utterance.id = "u";
  datasets::Crop lips = {3, 96, 96, 1, {}};
  for (int64_t i = 0; i < 3 * 96 * 96; ++i) {
    lips.pixels.push_back(static_cast<uint8_t>((i * 37) % 251));
  }
  utterance.crops["lips"] = lips;
  for (int64_t i = 0; i < 3 * 640; ++i) {
    utterance.wave.push_back(static_cast<float>(std::sin(0.1 * static_cast<double>(i))));
  }
  const datasets::Batch batch = batch_of(utterance, model_->options().input);
  EXPECT_EQ(batch.lips.sizes(), (Shape{1, 3, 1, 16, 16}));
  EXPECT_EQ(batch.wave.sizes(), (Shape{1, 1920, 1}));
  EXPECT_NEAR(batch.wave.mean().item<double>(), 0, 1e-5);
  EXPECT_TRUE(batch.presence.eq(1).all().item<bool>());
  datasets::Utterance nothing;
  nothing.id = "empty";
  EXPECT_THROW(batch_of(nothing, model_->options().input), DataError);
}

TEST(ModelOptionsTest, SaysWhatCannotBeBuilt) {
  const auto fault_of = [](const std::vector<std::string>& overrides) -> std::string {
    try {
      const Recipe recipe = tests::tiny_recipe("none", overrides);
      AvsrModel(recipe.model, 30);
    } catch (const ConfigError& fault) {
      return fault.what();
    }
    return "";
  };
  EXPECT_EQ(fault_of({}), "");
  EXPECT_NE(fault_of({"model.video.encoder.kernel=4"}).find("odd kernel"), std::string::npos);
  EXPECT_EQ(fault_of({"model.video.encoder.dim=32"}), "");  // streams may differ in width
  EXPECT_NE(fault_of({"model.intermediate_ctc.blocks=[9]"}).find("blocks"), std::string::npos);
  EXPECT_NE(fault_of({"model.video.projection=none"}).find("projection"), std::string::npos);
  EXPECT_NE(fault_of({"model.audio.frontend.channels=[4]"}).find("log_mel"), std::string::npos);
  EXPECT_NE(fault_of({"model.decoder.heads=3"}).find("decoder.heads"), std::string::npos);
  EXPECT_NE(fault_of({"model.fusion.type=none"}).find("fusion"), std::string::npos);
}

}  // namespace
}  // namespace sotto::experiments
