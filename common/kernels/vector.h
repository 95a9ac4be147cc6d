#pragma once

#include <cstdint>

#include "common/kernels/activation.h"

namespace sotto {

/// One query row of an attention: all heads of one position, over keys that lie anywhere.
struct AttentionRow {
  const float* query;    ///< (heads * width)
  const float* keys;     ///< key r at keys + r * heads * width; see `across`
  const float* values;   ///< value r at values + r * heads * width
  const int32_t* order;  ///< which r, `count` of them; null: 0, 1, ... count - 1
  /// Not 0: keys lie across, feature d of key r at keys + d * across + r, with room for a multiple of
  /// 16 keys; faster where many queries meet the same keys. Without `order`.
  int64_t across;
  int64_t count;         ///< at least 1
  float* context;        ///< (heads * width): softmax(scale * query . keys) . values, a head at a time
  /// Not null: to each key's product another is added, of `position_query` and a key of its place, which
  /// lie across as the others do and with as much room. With `across`.
  const float* position_query = nullptr;
  const float* positions = nullptr;
  int64_t positions_across = 0;
};

/// Rows side by side with the same keys that are worked at together.
inline constexpr int64_t kAttentionGroup = 8;

/// Loops over floats that compilers turn into vector instructions, built once for each level of
/// x86-64 and chosen by what the processor has, so that one program is fast everywhere. Results of
/// two levels differ by rounding. All run on the calling thread.
struct VectorKernels {
  const char* name;

  /// @param scores  room for kAttentionGroup times the largest count, rounded up to a multiple of 16
  void (*attend)(
      const AttentionRow* rows,
      int64_t count,
      int64_t heads,
      int64_t width,
      float scale,
      float* scores);

  /// x += addition, y = gamma * (x - mean) / sqrt(variance + epsilon) + beta of each row: a residual
  /// sum and the layer norm behind it. @param addition  null: nothing  @param x, y (rows, D)
  void (*add_and_normalise)(
      const float* addition,
      int64_t rows,
      int64_t D,
      const float* gamma,
      const float* beta,
      float epsilon,
      float* x,
      float* y);

  /// Depthwise convolution over time, one clip: out[t][d] = act(bias[d] + sum_k weight[k][d] *
  /// x[t + k - K/2][d]), rows outside [0, T) being zero. Frames [begin, end) are written.
  /// @param x (T, D)  @param weight (K, D)  @param bias (D)  @param out (T, D)
  void (*depthwise)(
      const float* x,
      int64_t T,
      int64_t D,
      const float* weight,
      int64_t K,
      const float* bias,
      FusedActivation activation,
      int64_t begin,
      int64_t end,
      float* out);

  /// out[r][d] = x[r][d] * sigmoid(x[r][D + d]): the gated linear unit of x (rows, 2 D).
  void (*gated_linear_unit)(const float* x, int64_t rows, int64_t D, float* out);

  /// steps = round(x / scale) of each row, scale = largest magnitude / 127.
  void (*quantise_rows)(const float* x, int64_t rows, int64_t K, int8_t* steps, float* scales);

  /// y[r][n] = act(sums[r][n] * row_scales[r] * column_scales[n] + bias[n]). @param bias  may be null
  void (*dequantise_rows)(
      const int32_t* sums,
      int64_t rows,
      int64_t N,
      const float* row_scales,
      const float* column_scales,
      const float* bias,
      FusedActivation activation,
      float* y);

  float (*dot)(const float* a, const float* b, int64_t count);

  /// The largest of count >= 1 values, none of which is NaN.
  float (*largest)(const float* values, int64_t count);

  /// out = exp(x - shift); below about exp(-87) it is 0.
  void (*exponentials)(const float* x, int64_t count, float shift, float* out);

  /// One frame of CTC's forward variables of n prefixes, each extended by its own label (Watanabe et
  /// al. 2017, algorithm 2), natural logarithms:
  /// non_blank = log(exp(non_blank) + exp(before)) + label, blank = sum + blank_score,
  /// sum = log(exp(non_blank) + exp(blank)), in place; `before` is what the label can follow.
  void (*ctc_frame)(
      int64_t n,
      const float* before,
      const float* label,
      float blank_score,
      float* non_blank,
      float* blank,
      float* sum);

  /// y = act(y + x) in place. @param x  null: nothing is added
  void (*add_and_activate)(const float* x, int64_t count, FusedActivation activation, float* y);

  /// A row of pixels of a convolution: out[p][o] = act(bias[o] + sum_k weight[k][o] *
  /// x[taps[k] + p * stride]).
  /// @param weight (K, O)  @param bias (O)  @param out (pixels, O)  @param O a multiple of 16
  void (*convolve_row)(
      const float* x,
      const int32_t* taps,
      int64_t K,
      int64_t stride,
      int64_t pixels,
      const float* weight,
      const float* bias,
      int64_t O,
      FusedActivation activation,
      float* out);

  /// The largest of each channel in squares of 3x3 pixels, two apart and centred on the first, third...
  /// pixel of a row; what lies outside does not count.
  /// @param rows  the one to three rows, `pixels` long, that the squares lie in
  /// @param C     a multiple of 16  @param out ((pixels + 1) / 2, C)
  void (*pool_row)(
      const float* const* rows, int64_t count, int64_t pixels, int64_t C, float* out);

  /// The 25 inputs of WinogradConvolution's products from the 5x5 pixels of a tile, C values each.
  /// @param C  a multiple of 16
  void (*winograd_input)(const float* const* pixels, int64_t C, float* const* tiles);

  /// The 3x3 pixels of a tile from its 25 products, O values each: act(result + bias + residual).
  /// @param residual  a row for each pixel; null: nothing is added
  /// @param pixels    null: outside the picture
  void (*winograd_output)(
      const float* const* products,
      int64_t O,
      const float* bias,
      const float* const* residual,
      FusedActivation activation,
      float* const* pixels);

  /// total[j] += weight * scores[j]
  void (*add_scaled)(const float* scores, int64_t count, float weight, float* total);
};

/// Those of this processor.
const VectorKernels& vector_kernels();
/// Those that any x86-64 processor runs, for comparison.
const VectorKernels& plain_vector_kernels();

}  // namespace sotto
