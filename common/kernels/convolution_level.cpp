// Compiled once for each level of x86-64 with SOTTO_LEVEL naming it, under the rules of
// vector_level.cpp: no template or inline function of a header that other sources use.
#include "common/kernels/convolution_level.h"

#include "common/kernels/level_math.h"

namespace sotto::SOTTO_LEVEL {
namespace {

#if defined(__AVX512F__)
constexpr int64_t kPixels = 4;  // with four blocks of lanes: half of the 32 registers are sums
constexpr int64_t kBlocks = 4;
#else
constexpr int64_t kPixels = 3;  // with two, of two registers each: 12 of the 16
constexpr int64_t kBlocks = 2;
#endif

/// kWide * kLanes channels of kMany pixels side by side.
template <int64_t kMany, int64_t kWide>
inline __attribute__((always_inline)) void convolve_pixels(
    const float* x,
    const int32_t* taps,
    int64_t K,
    int64_t stride,
    const float* weight,
    const float* bias,
    int64_t O,
    float* out) {
  Lanes sums[kMany][kWide];
  for (int64_t p = 0; p < kMany; ++p) {
    for (int64_t b = 0; b < kWide; ++b) {
      sums[p][b] = lanes(bias + b * kLanes);
    }
  }
  for (int64_t k = 0; k < K; ++k) {
    const float* from = x + taps[k];
    const float* row = weight + k * O;
    for (int64_t p = 0; p < kMany; ++p) {
      for (int64_t b = 0; b < kWide; ++b) {
        sums[p][b] += from[p * stride] * lanes(row + b * kLanes);
      }
    }
  }
  for (int64_t p = 0; p < kMany; ++p) {
    for (int64_t b = 0; b < kWide; ++b) {
      lanes(out + p * O + b * kLanes) = sums[p][b];
    }
  }
}

template <int64_t kWide>
void convolve_channels(
    const float* x,
    const int32_t* taps,
    int64_t K,
    int64_t stride,
    int64_t pixels,
    const float* weight,
    const float* bias,
    int64_t O,
    float* out) {
  int64_t p = 0;
  for (; p + kPixels <= pixels; p += kPixels) {
    convolve_pixels<kPixels, kWide>(x + p * stride, taps, K, stride, weight, bias, O, out + p * O);
  }
  for (; p < pixels; ++p) {
    convolve_pixels<1, kWide>(x + p * stride, taps, K, stride, weight, bias, O, out + p * O);
  }
}

}  // namespace

void convolve_row(
    const float* x,
    const int32_t* taps,
    int64_t K,
    int64_t stride,
    int64_t pixels,
    const float* weight,
    const float* bias,
    int64_t O,
    FusedActivation activation,
    float* out) {
  int64_t o = 0;
  for (; o + kBlocks * kLanes <= O; o += kBlocks * kLanes) {
    convolve_channels<kBlocks>(x, taps, K, stride, pixels, weight + o, bias + o, O, out + o);
  }
  for (; o < O; o += kLanes) {
    convolve_channels<1>(x, taps, K, stride, pixels, weight + o, bias + o, O, out + o);
  }
  if (activation != FusedActivation::kNone) {
    for (int64_t i = 0; i < pixels * O; ++i) {
      out[i] = activated(out[i], activation);
    }
  }
}

void pool_row(const float* const* rows, int64_t count, int64_t pixels, int64_t C, float* out) {
  for (int64_t p = 0; 2 * p < pixels; ++p) {
    const int64_t first = p > 0 ? 2 * p - 1 : 0;
    const int64_t end = 2 * p + 2 < pixels ? 2 * p + 2 : pixels;
    float* target = out + p * C;
    for (int64_t c = 0; c < C; c += kLanes) {
      Lanes most = lanes(rows[0] + first * C + c);
      for (int64_t r = 0; r < count; ++r) {
        for (int64_t q = first; q < end; ++q) {
          const Lanes value = lanes(rows[r] + q * C + c);
          most = value > most ? value : most;
        }
      }
      lanes(target + c) = most;
    }
  }
}

// The transforms of F(3, 3) with the points 0, 1, -1, 2 and infinity: five values stand for three
// results of a filter of three taps.

void winograd_input(const float* const* pixels, int64_t C, float* const* tiles) {
  for (int64_t c = 0; c < C; c += kLanes) {
    Lanes rows[5][5];
    for (int64_t i = 0; i < 5; ++i) {
      const Lanes a = lanes(pixels[i] + c);
      const Lanes b = lanes(pixels[5 + i] + c);
      const Lanes m = lanes(pixels[10 + i] + c);
      const Lanes d = lanes(pixels[15 + i] + c);
      const Lanes e = lanes(pixels[20 + i] + c);
      rows[0][i] = 2.0F * (a - m) - b + d;
      rows[1][i] = d - m - 2.0F * b;
      rows[2][i] = d - 3.0F * m + 2.0F * b;
      rows[3][i] = d - b;
      rows[4][i] = 2.0F * (b - d) - m + e;
    }
    for (int64_t i = 0; i < 5; ++i) {
      const Lanes a = rows[i][0];
      const Lanes b = rows[i][1];
      const Lanes m = rows[i][2];
      const Lanes d = rows[i][3];
      const Lanes e = rows[i][4];
      lanes(tiles[5 * i] + c) = 2.0F * (a - m) - b + d;
      lanes(tiles[5 * i + 1] + c) = d - m - 2.0F * b;
      lanes(tiles[5 * i + 2] + c) = d - 3.0F * m + 2.0F * b;
      lanes(tiles[5 * i + 3] + c) = d - b;
      lanes(tiles[5 * i + 4] + c) = 2.0F * (b - d) - m + e;
    }
  }
}

void winograd_output(
    const float* const* products,
    int64_t O,
    const float* bias,
    const float* const* residual,
    FusedActivation activation,
    float* const* pixels) {
  for (int64_t o = 0; o < O; o += kLanes) {
    Lanes rows[3][5];
    for (int64_t i = 0; i < 5; ++i) {
      const Lanes a = lanes(products[i] + o);
      const Lanes b = lanes(products[5 + i] + o);
      const Lanes m = lanes(products[10 + i] + o);
      const Lanes d = lanes(products[15 + i] + o);
      const Lanes e = lanes(products[20 + i] + o);
      rows[0][i] = a + b + m + d;
      rows[1][i] = b - m + 2.0F * d;
      rows[2][i] = b + m + 4.0F * d + e;
    }
    const Lanes shift = lanes(bias + o);
    for (int64_t i = 0; i < 3; ++i) {
      const Lanes a = rows[i][0];
      const Lanes b = rows[i][1];
      const Lanes m = rows[i][2];
      const Lanes d = rows[i][3];
      const Lanes e = rows[i][4];
      const Lanes results[3] = {
          a + b + m + d + shift, b - m + 2.0F * d + shift, b + m + 4.0F * d + e + shift};
      for (int64_t j = 0; j < 3; ++j) {
        float* out = pixels[3 * i + j];
        if (out == nullptr) {
          continue;
        }
        lanes(out + o) =
            residual != nullptr ? results[j] + lanes(residual[3 * i + j] + o) : results[j];
      }
    }
  }
  if (activation == FusedActivation::kNone) {
    return;
  }
  for (int64_t j = 0; j < 9; ++j) {
    float* out = pixels[j];
    for (int64_t o = 0; o < (out == nullptr ? 0 : O); ++o) {
      out[o] = activated(out[o], activation);
    }
  }
}

}  // namespace sotto::SOTTO_LEVEL
