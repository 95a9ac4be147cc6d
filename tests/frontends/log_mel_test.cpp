#include "frontends/log_mel.h"

#include "common/error.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::frontends {
namespace {

LogMelOptions small_options() {
  LogMelOptions options;
  options.bands = 12;
  options.channels = {3, 4};
  options.mask_bands = 0;
  return options;
}

at::Tensor tone(double hz, int64_t frames) {
  return tests::sines({1, 640 * frames}, 2 * M_PI * hz / 16000);
}

TEST(LogMelTest, AToneIsLoudestInItsBand) {
  LogMelOptions options;
  const LogMelImpl frontend(options);
  int64_t band_before = -1;
  for (const double hz : {200.0, 700.0, 2000.0, 5000.0}) {
    const at::Tensor mel = frontend.log_mel(tone(hz, 4), Lengths::full(1, 4));
    ASSERT_EQ(mel.sizes(), (std::vector<int64_t>{1, 16, options.bands}));
    const at::Tensor loudest = mel[0].narrow(0, 1, 14).argmax(1);
    const auto band = loudest[0].item<int64_t>();
    EXPECT_TRUE(loudest.eq(band).all().item<bool>());
    EXPECT_GT(band, band_before);
    band_before = band;
    // Centres of triangles of equal width on the mel scale.
    const auto mel_of = [](double f) { return 2595 * std::log10(1 + f / 700); };
    const double step =
        (mel_of(options.high_hz) - mel_of(options.low_hz)) / static_cast<double>(options.bands + 1);
    EXPECT_NEAR((mel_of(hz) - mel_of(options.low_hz)) / step - 1, static_cast<double>(band), 0.75);
  }
}

TEST(LogMelTest, EveryClipHasZeroMeanAndUnitDeviation) {
  const LogMelImpl frontend(small_options());
  const Lengths lengths({6, 2}, 6);
  const at::Tensor wave = lengths.zero_padding(at::randn({2, 6 * 640}), 1, 640);
  const at::Tensor mel = frontend.log_mel(wave, lengths);
  for (int64_t b = 0; b < 2; ++b) {
    const int64_t valid = 4 * lengths.frames()[static_cast<size_t>(b)];
    const at::Tensor clip = mel[b].narrow(0, 0, valid);
    EXPECT_NEAR(clip.mean().item<double>(), 0, 1e-5);
    EXPECT_NEAR(clip.square().mean().item<double>(), 1, 1e-3);
    EXPECT_EQ(mel[b].narrow(0, valid, 24 - valid).abs().sum().item<double>(), 0);
  }
}

TEST(LogMelTest, AClipsMeanIsItsOwnWherePaddingLeaks) {
  const LogMelImpl frontend(small_options());
  const Lengths lengths({6, 2}, 6);
  const at::Tensor wave = lengths.zero_padding(at::randn({2, 6 * 640}), 1, 640);
  EXPECT_TRUE(frontend.log_mel(wave, lengths.leaky()).equal(frontend.log_mel(wave, lengths)));
}

TEST(LogMelTest, PaddingDoesNotChangeValidFrames) {
  at::manual_seed(9);
  const at::NoGradGuard no_grad;
  LogMelImpl frontend(small_options());
  tests::fill(frontend, tests::golden_weight);
  frontend.eval();
  const std::vector<int64_t> frames = {6, 3, 1};
  const Lengths lengths(frames, 6);
  const at::Tensor wave = lengths.zero_padding(at::randn({3, 6 * 640, 1}), 1, 640);
  const at::Tensor together = frontend.forward(wave, lengths);
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{3, 6, frontend.output_dim()}));
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t T = frames[static_cast<size_t>(b)];
    const at::Tensor alone =
        frontend.forward(wave.narrow(0, b, 1).narrow(1, 0, 640 * T), Lengths::full(1, T));
    tests::expect_close(together[b].narrow(0, 0, T), alone[0], 1e-5);
  }
}

TEST(LogMelTest, Silence) {
  LogMelImpl frontend(small_options());
  frontend.eval();
  const at::Tensor out = frontend.forward(at::zeros({1, 1280, 1}), Lengths::full(1, 2));
  EXPECT_TRUE(out.isfinite().all().item<bool>());
}

TEST(LogMelTest, Gradients) {
  at::manual_seed(10);
  LogMelImpl frontend(small_options());
  frontend.to(at::kDouble);
  frontend.train();
  const Lengths lengths({3, 2}, 3);
  const at::Tensor wave = lengths.zero_padding(at::randn({2, 3 * 640, 1}, at::kDouble), 1, 640);
  const at::Tensor weights = at::randn({2, 3, frontend.output_dim()}, at::kDouble);
  tests::expect_gradients(
      frontend, [&] { return (frontend.forward(wave, lengths) * weights).sum(); });
}

TEST(LogMelTest, SaysWhatItExpected) {
  LogMelOptions options = small_options();
  LogMelImpl frontend(options);
  EXPECT_THROW(frontend.forward(at::zeros({1, 1279, 1}), Lengths::full(1, 2)), c10::Error);
  options.channels = {3};
  EXPECT_THROW(options.validate(), ConfigError);
  options = small_options();
  options.low_hz = options.high_hz;
  EXPECT_THROW(options.validate(), ConfigError);
}

TEST(BandMaskTest, ZeroesOneRunOfBandsAClip) {
  at::manual_seed(11);
  BandMask mask(5);
  const at::Tensor x = at::ones({200, 1, 3, 12});
  const at::Tensor kept = mask.forward(x).squeeze(1);
  bool edges[2] = {false, false};
  for (int64_t b = 0; b < kept.size(0); ++b) {
    EXPECT_TRUE(kept[b][0].equal(kept[b][2]));  // the same bands at all times
    const at::Tensor masked = kept[b][0].eq(0).nonzero().squeeze(1);
    if (masked.numel() == 0) {
      continue;
    }
    const auto first = masked[0].item<int64_t>();
    const auto last = masked[-1].item<int64_t>();
    EXPECT_LE(masked.numel(), 5);
    EXPECT_EQ(last - first + 1, masked.numel());
    edges[0] = edges[0] || first == 0;
    edges[1] = edges[1] || last == 11;
  }
  EXPECT_TRUE(edges[0] && edges[1]);
  mask.eval();
  EXPECT_TRUE(mask.forward(x).equal(x));
  mask.train();
  mask.active = false;
  EXPECT_TRUE(mask.forward(x).equal(x));
}

}  // namespace
}  // namespace sotto::frontends
