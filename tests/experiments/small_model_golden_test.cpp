// A whole small recogniser against numbers of the published recognisers' own code.
#include <gtest/gtest.h>

#include "decoding/search.h"
#include "experiments/objective.h"
#include "experiments/recogniser.h"
#include "tests/small_model.h"

namespace sotto::experiments {
namespace {

using tests::expect_near;
using tests::golden_lips;
using tests::golden_wave;
using tests::table;

class SmallModelGoldenTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { video_ = tests::golden_model(true, false).ptr(); }
  static void TearDownTestSuite() { video_.reset(); }

  /// Clips of sine pictures, padded with zeros.
  static datasets::Batch batch_of(
      const std::vector<int64_t>& frames, const std::vector<std::vector<int64_t>>& tokens) {
    const auto B = static_cast<int64_t>(frames.size());
    const int64_t T = *std::max_element(frames.begin(), frames.end());
    datasets::Batch batch;
    batch.lips = at::zeros({B, T, 1, 88, 88});
    for (int64_t b = 0; b < B; ++b) {
      const int64_t length = frames[static_cast<size_t>(b)];
      batch.lips[b].narrow(0, 0, length).copy_(golden_lips(length)[0]);
    }
    batch.lengths = Lengths(frames, T);
    batch.presence = at::tensor({1.0F, 0.0F}).repeat({B, 1});
    batch.audio_weight = at::ones({B});
    batch.tokens = tokens;
    return batch;
  }

  static Encoded encode(const std::vector<int64_t>& frames) {
    return encode_batch(*video_, batch_of(frames, {}), {false, true});
  }

  static std::shared_ptr<AvsrModelImpl> video_;
  const at::NoGradGuard no_grad_;
};

std::shared_ptr<AvsrModelImpl> SmallModelGoldenTest::video_;

TEST_F(SmallModelGoldenTest, LipsFrontend) {
  const at::Tensor features = video_->frontend->forward(golden_lips(5), Lengths::full(1, 5))[0];
  expect_near(
      features[0].narrow(0, 0, 8).unsqueeze(0),
      table(
          {{-.0421191, -.0473738, -.0423811, -.0156595, .0422373, .1240811, .1947892, .1852607}}));
  expect_near(
      features[4].narrow(0, 504, 8).unsqueeze(0),
      table({{-.0468923, -.0362811, -.0154343, .0149278, .0577757, .1044763, .1467978, .1710915}}));
  EXPECT_NEAR(features.sum().item<double>(), 96.617153, 1e-3);
  EXPECT_NEAR(features.abs().sum().item<double>(), 250.711450, 1e-3);
}

TEST_F(SmallModelGoldenTest, EncodedLips) {
  expect_near(
      encode({5}).memory[0],
      table(
          {{.5203435, -1.0864503, -.5053913, -.3660795, 1.2887884, .6030237, .6678079, -1.5998626},
           {.5419086, -1.1089529, -.4541882, -.4050614, 1.2975712, .5455564, .6975887, -1.5893955},
           {.5654126, -1.1342820, -.4013744, -.4436665, 1.3049428, .4893668, .7224243, -1.5748323},
           {.5748909, -1.1442961, -.4096835, -.4393670, 1.3029410, .5088744, .7040573, -1.5696129},
           {.5740111,
            -1.1441375,
            -.4329253,
            -.4228997,
            1.2992488,
            .5421830,
            .6812534,
            -1.5700904}}));
}

TEST_F(SmallModelGoldenTest, EmissionAndDecoder) {
  const Encoded encoded = encode({5});
  expect_near(
      encoded.emission[0][0].unsqueeze(0),
      table(
          {{-2.6667376,
            -2.4041231,
            -2.7420888,
            -2.3987250,
            -2.7447290,
            -2.3645368,
            -2.6778376,
            -2.3194923,
            -2.5717416,
            -2.2962713,
            -2.4686599,
            -2.3240156}}));
  const at::Tensor tokens = at::tensor({11, 3, 5}, at::kLong).unsqueeze(0);
  const at::Tensor logits = video_->decoder->forward(encoded.memory, {}, tokens);
  expect_near(
      at::log_softmax(logits, -1)[0][2].unsqueeze(0),
      table(
          {{-2.6320326,
            -2.5253017,
            -2.5766051,
            -2.6100616,
            -2.4687333,
            -2.6404934,
            -2.3324296,
            -2.6315117,
            -2.2107503,
            -2.6125312,
            -2.1469591,
            -2.6088572}}));
}

struct Expected {
  std::vector<int64_t> tokens;
  double score;
};

class SmallModelSearchTest : public SmallModelGoldenTest {
 protected:
  static std::vector<decoding::Hypothesis> search(
      int64_t frames, int64_t beam, double ctc_weight, double bonus = 0, double ratio = 0) {
    decoding::SearchOptions options;
    options.beam = beam;
    options.ctc_weight = ctc_weight;
    options.length_bonus = bonus;
    options.max_length_ratio = ratio;
    options.nbest = 100;
    return search_clips(*video_, encode({frames}), options).front();
  }

  static void expect_best(
      const std::vector<decoding::Hypothesis>& found,
      const std::vector<Expected>& expected,
      double tolerance = 2e-5) {
    ASSERT_GE(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(found[i].tokens, expected[i].tokens);
      EXPECT_NEAR(found[i].score, expected[i].score, tolerance);
    }
  }
};

TEST_F(SmallModelSearchTest, NarrowBeams) {
  const auto best = search(5, 3, 0.1);
  expect_best(
      best,
      {{{11, 10, 2, 9, 10, 2, 11}, -9.85500},
       {{11, 10, 2, 9, 10, 4, 11}, -9.95858},
       {{11, 10, 2, 9, 1, 10, 11}, -10.15913}});
  EXPECT_NEAR(best[0].parts.at("decoder"), -9.53987, 2e-5);
  EXPECT_NEAR(best[0].parts.at("ctc"), -12.69115, 2e-5);
  expect_best(
      search(5, 2, 0.1),
      {{{11, 10, 2, 9, 10, 2, 11}, -9.85500}, {{11, 10, 2, 9, 10, 4, 11}, -9.95858}});
  const auto alone = search(5, 1, 0.1);
  // The printed total is 4e-4 above what teacher forcing and the CTC loss give: see the next test.
  expect_best(alone, {{{11, 1, 6, 11}, -7.11204}}, 5e-4);
  EXPECT_EQ(alone.size(), 1U);
}

TEST_F(SmallModelSearchTest, ScoresAreThoseOfTeacherForcingAndTheCtcLoss) {
  const auto best = search(5, 1, 0.1);
  ASSERT_EQ(best.size(), 1U);
  const Encoded encoded = encode({5});
  const at::Tensor read = at::tensor({11, 1, 6}, at::kLong).unsqueeze(0);
  const at::Tensor said = at::tensor({1, 6, 11}, at::kLong).view({1, 3, 1});
  const at::Tensor next = at::log_softmax(video_->decoder->forward(encoded.memory, {}, read), -1);
  const at::Tensor labels = at::tensor({1, 6}, at::kLong);
  const double decoder = next.gather(2, said).sum().item<double>();
  const double ctc = -ctc_losses(encoded.emission, labels, {2}, {5}).item<double>();
  EXPECT_NEAR(best[0].parts.at("decoder"), decoder, 1e-5);
  EXPECT_NEAR(best[0].parts.at("ctc"), ctc, 1e-5);
  EXPECT_NEAR(best[0].score, 0.9 * decoder + 0.1 * ctc, 1e-5);
}

TEST_F(SmallModelSearchTest, HeavierCtcEndsTwiceAtTheLimit) {
  expect_best(
      search(5, 3, 0.3),
      {{{11, 10, 2, 9, 10, 2, 11}, -10.48525},
       {{11, 10, 2, 9, 10, 11, 11}, -10.54550},
       {{11, 10, 2, 9, 10, 4, 11}, -10.56613}});
}

TEST_F(SmallModelSearchTest, LengthBonusAndLimit) {
  const auto rewarded = search(5, 3, 0.1, 0.5);
  ASSERT_FALSE(rewarded.empty());
  EXPECT_NEAR(rewarded[0].score, -7.35500, 2e-5);
  EXPECT_EQ(rewarded[0].parts.at("length_bonus"), 5);
  expect_best(
      search(5, 3, 0.1, 0, -2),
      {{{11, 10, 2, 11}, -3.88418}, {{11, 10, 4, 11}, -4.09877}, {{11, 10, 6, 11}, -4.45336}});
}

TEST_F(SmallModelSearchTest, LongerClip) {
  const auto three = search(12, 3, 0.1);
  expect_best(three, {{{11, 10, 2, 9, 1, 10, 4, 4, 2, 11}, -17.75043}});
  ASSERT_EQ(three.size(), 5U);
  EXPECT_NEAR(three[1].score, -17.85643, 2e-5);
  EXPECT_NEAR(three[2].score, -23.40351, 2e-5);
  const auto four = search(12, 4, 0.1);
  expect_best(four, {{{11, 10, 2, 9, 1, 10, 4, 2, 11}, -15.98421}});
  ASSERT_EQ(four.size(), 7U);
  EXPECT_NEAR(four[1].score, -17.75043, 2e-5);
  EXPECT_NEAR(four[2].score, -17.76860, 2e-5);
}

TEST_F(SmallModelGoldenTest, LossOfOneClip) {
  const Loss loss = Objective({}, true, false)(*video_, batch_of({5}, {{3, 5, 5}}), 1);
  EXPECT_NEAR(loss.parts.at("total").item<double>(), 8.4085855, 2e-5);
  EXPECT_NEAR(loss.parts.at("ctc").item<double>(), 10.3962908, 2e-5);
  EXPECT_NEAR(loss.parts.at("attention").item<double>(), 8.1877298, 2e-5);
}

// The peers let padding leak into shorter clips (up to 0.05 here); a clip of ours is what it is
// alone.
TEST_F(SmallModelGoldenTest, ABatchIsItsClips) {
  const Encoded pair = encode({5, 3});
  expect_near(
      pair.memory[1].narrow(0, 0, 1),
      table(
          {{.5202032,
            -1.0863094,
            -.5042976,
            -.3668300,
            1.2890733,
            .6013751,
            .6690295,
            -1.6000170}}));
  EXPECT_NEAR(pair.memory[1][1][0].item<double>(), .5496773, 1e-5);
  EXPECT_NEAR(pair.memory[1][1][1].item<double>(), -1.1183908, 1e-5);
  const Objective objective({}, true, false);
  const double both =
      objective(*video_, batch_of({5, 3}, {{3, 5, 5}, {7}}), 1).total.item<double>();
  const double first = objective(*video_, batch_of({5}, {{3, 5, 5}}), 1).total.item<double>();
  const double second = objective(*video_, batch_of({3}, {{7}}), 1).total.item<double>();
  EXPECT_NEAR(both, (first + second) / 2, 1e-5);
}

TEST(SmallAudioModelGoldenTest, FrontendAndEncoder) {
  const at::NoGradGuard no_grad;
  AvsrModel model = tests::golden_model(false, true);
  const at::Tensor wave = golden_wave(2020);  // 100 samples too many: dropped
  const at::Tensor features = model->aux_frontend->forward(wave, Lengths::full(1, 3))[0];
  expect_near(
      features[0].narrow(0, 0, 8).unsqueeze(0),
      table(
          {{-.0488226, -.0425226, -.0451052, -.0155013, .0447929, .1141838, .2109720, .1616556}}));
  EXPECT_NEAR(features.sum().item<double>(), 57.913203, 1e-3);
  const Streams streams = model->encode({}, wave, Lengths::full(1, 3));
  expect_near(
      streams.audio[0].narrow(0, 0, 1),
      table(
          {{.5201145,
            -1.0863324,
            -.5045425,
            -.3667579,
            1.2890142,
            .6016753,
            .6689490,
            -1.5999254}}));
}

TEST(SmallAudioVisualModelGoldenTest, FusedMemory) {
  const at::NoGradGuard no_grad;
  AvsrModel model = tests::golden_model(true, true);
  const Streams streams = model->encode(golden_lips(3), golden_wave(1920), Lengths::full(1, 3));
  expect_near(
      model->fuse(streams)[0],
      table(
          {{.1476225, -.2160035, .1209528, .3601503, -.0769516, -.0845842, .3213072, .0483134},
           {.1389164, -.2062649, .1244189, .3485467, -.0741742, -.0744750, .3130904, .0426254},
           {.1315787, -.1979832, .1273005, .3387146, -.0717654, -.0659389, .3060887, .0378567}}));
}

}  // namespace
}  // namespace sotto::experiments
