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

// F(3, 3) with the points 0, 1, -1, 2 and infinity: five values stand for three results of a filter
// of three taps.

inline __attribute__((always_inline)) void at_points(
    const Lanes& a, const Lanes& b, const Lanes& m, const Lanes& d, const Lanes& e, Lanes (&y)[5]) {
  y[0] = 2.0F * (a - m) - b + d;
  y[1] = d - m - 2.0F * b;
  y[2] = d - 3.0F * m + 2.0F * b;
  y[3] = d - b;
  y[4] = 2.0F * (b - d) - m + e;
}

inline __attribute__((always_inline)) void from_points(
    const Lanes& a, const Lanes& b, const Lanes& m, const Lanes& d, const Lanes& e, Lanes (&y)[3]) {
  y[0] = a + b + m + d;
  y[1] = b - m + 2.0F * d;
  y[2] = b + m + 4.0F * d + e;
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

void winograd_input(const float* const* pixels, int64_t C, float* const* tiles) {
  for (int64_t c = 0; c < C; c += kLanes) {
    Lanes columns[5][5];
    for (int64_t i = 0; i < 5; ++i) {
      at_points(
          lanes(pixels[i] + c),
          lanes(pixels[5 + i] + c),
          lanes(pixels[10 + i] + c),
          lanes(pixels[15 + i] + c),
          lanes(pixels[20 + i] + c),
          columns[i]);
    }
    for (int64_t i = 0; i < 5; ++i) {
      Lanes row[5];
      at_points(columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i], row);
      for (int64_t j = 0; j < 5; ++j) {
        lanes(tiles[5 * i + j] + c) = row[j];
      }
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
    Lanes columns[5][3];
    for (int64_t i = 0; i < 5; ++i) {
      from_points(
          lanes(products[i] + o),
          lanes(products[5 + i] + o),
          lanes(products[10 + i] + o),
          lanes(products[15 + i] + o),
          lanes(products[20 + i] + o),
          columns[i]);
    }
    const Lanes shift = lanes(bias + o);
    for (int64_t i = 0; i < 3; ++i) {
      Lanes row[3];
      from_points(columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i], row);
      for (int64_t j = 0; j < 3; ++j) {
        float* out = pixels[3 * i + j];
        if (out == nullptr) {
          continue;
        }
        const Lanes result = row[j] + shift;
        lanes(out + o) = residual != nullptr ? result + lanes(residual[3 * i + j] + o) : result;
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
