// Compiled once for each level of x86-64 with SOTTO_LEVEL naming it. Nothing here may use a template
// or an inline function of a header: the linker keeps one copy of such a function for the whole
// program, and it could be one that older processors cannot run.
#include "common/kernels/convolution_level.h"
#include "common/kernels/level_math.h"
#include "common/kernels/vector.h"

#define SOTTO_TEXT_OF(name) #name
#define SOTTO_NAME_OF(name) SOTTO_TEXT_OF(name)

namespace sotto::SOTTO_LEVEL {
namespace {

/// log(1 + e) for e in [0, 1], by its series in s = e / (2 + e): 2 (s + s^3 / 3 + s^5 / 5 + ...).
inline __attribute__((always_inline)) float log_of_one_plus(float e) {
  const float s = e / (2.0F + e);
  const float q = s * s;
  float p = 1.0F / 15;
  p = p * q + 1.0F / 13;
  p = p * q + 1.0F / 11;
  p = p * q + 1.0F / 9;
  p = p * q + 1.0F / 7;
  p = p * q + 1.0F / 5;
  p = p * q + 1.0F / 3;
  return 2.0F * s * (p * q + 1.0F);
}

inline __attribute__((always_inline)) float log_add(float a, float b) {
  const float difference = a > b ? b - a : a - b;
  return larger(a, b) + log_of_one_plus(exponential(difference));
}

float dot(const float* a, const float* b, int64_t count) {
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

float largest(const float* values, int64_t count) {
  constexpr int64_t kMaxima = 32;  // for compilers that keep to the order of one
  float maxima[kMaxima];
  for (int64_t j = 0; j < kMaxima; ++j) {
    maxima[j] = values[0];
  }
  int64_t i = 0;
  for (; i + kMaxima <= count; i += kMaxima) {
    for (int64_t j = 0; j < kMaxima; ++j) {
      maxima[j] = larger(values[i + j], maxima[j]);
    }
  }
  for (; i < count; ++i) {
    maxima[0] = larger(values[i], maxima[0]);
  }
  for (int64_t j = 1; j < kMaxima; ++j) {
    maxima[0] = larger(maxima[j], maxima[0]);
  }
  return maxima[0];
}

void exponentials(const float* x, int64_t count, float shift, float* out) {
  for (int64_t i = 0; i < count; ++i) {
    const float y = x[i] - shift;
    const float e = exponential(y);
    out[i] = y < -87.0F ? 0.0F : e;
  }
}

/// In place: scores become weights that sum to 1.
void softmax(float* scores, int64_t count) {
  float largest = scores[0];
  for (int64_t i = 1; i < count; ++i) {
    largest = larger(largest, scores[i]);
  }
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    scores[i] = exponential(scores[i] - largest);
    sum += scores[i];
  }
  const float share = 1.0F / sum;
  for (int64_t i = 0; i < count; ++i) {
    scores[i] *= share;
  }
}

/// scores[l] = scale * query . key l, or added to them, of kBlocks * kLanes keys that lie across.
template <int64_t kBlocks, bool kAdds>
inline __attribute__((always_inline)) void score_across(
    const float* query, const float* keys, int64_t across, int64_t width, float scale, float* scores) {
  // Two sums each: a product must not wait for the one before.
  Lanes even[kBlocks] = {};
  Lanes odd[kBlocks] = {};
  int64_t d = 0;
  for (; d + 2 <= width; d += 2) {
    const float* row = keys + d * across;
    for (int64_t b = 0; b < kBlocks; ++b) {
      even[b] += query[d] * lanes(row + b * kLanes);
      odd[b] += query[d + 1] * lanes(row + across + b * kLanes);
    }
  }
  for (; d < width; ++d) {
    for (int64_t b = 0; b < kBlocks; ++b) {
      even[b] += query[d] * lanes(keys + d * across + b * kLanes);
    }
  }
  for (int64_t b = 0; b < kBlocks; ++b) {
    const Lanes products = (even[b] + odd[b]) * scale;
    lanes(scores + b * kLanes) = kAdds ? lanes(scores + b * kLanes) + products : products;
  }
}

inline __attribute__((always_inline)) int64_t position(const AttentionRow& row, int64_t j) {
  return row.order != nullptr ? row.order[j] : j;
}

/// context = sum over j in [begin, end) of weights[j] * value j, or added to it behind the first keys;
/// kBlocks * kLanes features of it.
template <int64_t kBlocks>
inline __attribute__((always_inline)) void weighted_sum(
    const AttentionRow& row,
    int64_t offset,
    int64_t stride,
    const float* weights,
    int64_t begin,
    int64_t end) {
  Lanes even[kBlocks] = {};
  Lanes odd[kBlocks] = {};
  const auto value = [&](int64_t j) { return row.values + position(row, j) * stride + offset; };
  int64_t j = begin;
  for (; j + 2 <= end; j += 2) {
    const float* first = value(j);
    const float* second = value(j + 1);
    for (int64_t b = 0; b < kBlocks; ++b) {
      even[b] += weights[j] * lanes(first + b * kLanes);
      odd[b] += weights[j + 1] * lanes(second + b * kLanes);
    }
  }
  if (j < end) {
    for (int64_t b = 0; b < kBlocks; ++b) {
      even[b] += weights[j] * lanes(value(j) + b * kLanes);
    }
  }
  for (int64_t b = 0; b < kBlocks; ++b) {
    Lanes& context = lanes(row.context + offset + b * kLanes);
    context = begin > 0 ? context + even[b] + odd[b] : even[b] + odd[b];
  }
}

/// score_across for all of `count` keys.
template <bool kAdds>
inline __attribute__((always_inline)) void score_all_across(
    const float* query,
    const float* keys,
    int64_t across,
    int64_t count,
    int64_t width,
    float scale,
    float* scores) {
  int64_t j = 0;
  for (; j + 4 * kLanes <= count; j += 4 * kLanes) {
    score_across<4, kAdds>(query, keys + j, across, width, scale, scores + j);
  }
  for (; j < count; j += kLanes) {
    score_across<1, kAdds>(query, keys + j, across, width, scale, scores + j);
  }
}

/// Scores of the keys [begin, end) of a row.
void score_keys(
    const AttentionRow& row,
    int64_t offset,
    int64_t stride,
    int64_t width,
    float scale,
    int64_t begin,
    int64_t end,
    float* scores) {
  const float* query = row.query + offset;
  if (row.across != 0) {
    score_all_across<false>(
        query, row.keys + offset * row.across + begin, row.across, end - begin, width, scale,
        scores + begin);
    if (row.position_query != nullptr) {
      score_all_across<true>(
          row.position_query + offset, row.positions + offset * row.positions_across + begin,
          row.positions_across, end - begin, width, scale, scores + begin);
    }
    return;
  }
  for (int64_t j = begin; j < end; ++j) {
    scores[j] = scale * dot(query, row.keys + position(row, j) * stride + offset, width);
  }
}

/// Adds the weighted values of the keys [begin, end) to a row's context; the first keys begin it.
void sum_values(
    const AttentionRow& row,
    int64_t offset,
    int64_t stride,
    int64_t width,
    const float* weights,
    int64_t begin,
    int64_t end) {
  int64_t d = 0;
  for (; d + 4 * kLanes <= width; d += 4 * kLanes) {
    weighted_sum<4>(row, offset + d, stride, weights, begin, end);
  }
  for (; d + kLanes <= width; d += kLanes) {
    weighted_sum<1>(row, offset + d, stride, weights, begin, end);
  }
  for (; d < width; ++d) {
    float sum = begin > 0 ? row.context[offset + d] : 0.0F;
    for (int64_t j = begin; j < end; ++j) {
      sum += weights[j] * row.values[position(row, j) * stride + offset + d];
    }
    row.context[offset + d] = sum;
  }
}

/// How many of the rows have the first one's keys, in order.
int64_t rows_alike(const AttentionRow* rows, int64_t count) {
  int64_t alike = 1;
  while (alike < count && alike < kAttentionGroup && rows[0].across != 0 &&
         rows[alike].keys == rows[0].keys && rows[alike].values == rows[0].values &&
         rows[alike].count == rows[0].count) {
    ++alike;
  }
  return alike;
}

void attend(
    const AttentionRow* rows,
    int64_t count,
    int64_t heads,
    int64_t width,
    float scale,
    float* scores) {
  const int64_t stride = heads * width;
  // A head of keys and values that rows share, or a block of them, stays in the innermost cache.
  for (int64_t head = 0; head < heads; ++head) {
    const int64_t offset = head * width;
    for (int64_t i = 0, alike = 1; i < count; i += alike) {
      alike = rows_alike(rows + i, count - i);
      const int64_t keys = rows[i].count;
      const int64_t room = (keys + kLanes - 1) / kLanes * kLanes;
      const int64_t block = rows[i].across != 0 ? 4 * kLanes : keys;
      for (int64_t begin = 0; begin < keys; begin += block) {
        const int64_t end = begin + block < keys ? begin + block : keys;
        for (int64_t k = 0; k < alike; ++k) {
          score_keys(rows[i + k], offset, stride, width, scale, begin, end, scores + k * room);
        }
      }
      for (int64_t k = 0; k < alike; ++k) {
        softmax(scores + k * room, keys);
      }
      for (int64_t begin = 0; begin < keys; begin += block) {
        const int64_t end = begin + block < keys ? begin + block : keys;
        for (int64_t k = 0; k < alike; ++k) {
          sum_values(rows[i + k], offset, stride, width, scores + k * room, begin, end);
        }
      }
    }
  }
}

void add_and_normalise(
    const float* addition,
    int64_t rows,
    int64_t D,
    const float* gamma,
    const float* beta,
    float epsilon,
    float* x,
    float* y) {
  for (int64_t r = 0; r < rows; ++r) {
    float* row = x + r * D;
    float sum = 0;
    for (int64_t d = 0; d < D; ++d) {
      row[d] += addition != nullptr ? addition[r * D + d] : 0.0F;
      sum += row[d];
    }
    const float mean = sum / static_cast<float>(D);
    float squares = 0;
    for (int64_t d = 0; d < D; ++d) {
      squares += (row[d] - mean) * (row[d] - mean);
    }
    const float scale = 1.0F / __builtin_sqrtf(squares / static_cast<float>(D) + epsilon);
    for (int64_t d = 0; d < D; ++d) {
      y[r * D + d] = (row[d] - mean) * scale * gamma[d] + beta[d];
    }
  }
}

/// kBlocks * kLanes channels of one frame of `depthwise`.
template <int64_t kBlocks>
inline __attribute__((always_inline)) void depthwise_block(
    const float* x,
    int64_t taps,
    int64_t D,
    const float* weight,
    const float* bias,
    FusedActivation activation,
    float* out) {
  Lanes sums[kBlocks];
  for (int64_t b = 0; b < kBlocks; ++b) {
    sums[b] = lanes(bias + b * kLanes);
  }
  for (int64_t k = 0; k < taps; ++k) {
    for (int64_t b = 0; b < kBlocks; ++b) {
      sums[b] += lanes(weight + k * D + b * kLanes) * lanes(x + k * D + b * kLanes);
    }
  }
  for (int64_t b = 0; b < kBlocks; ++b) {
    lanes(out + b * kLanes) = sums[b];
  }
  for (int64_t d = 0; d < kBlocks * kLanes; ++d) {
    out[d] = activated(out[d], activation);
  }
}

void depthwise(
    const float* x,
    int64_t T,
    int64_t D,
    const float* weight,
    int64_t K,
    const float* bias,
    FusedActivation activation,
    int64_t begin,
    int64_t end,
    float* out) {
  const auto each_frame = [&](const auto& work) {
    for (int64_t t = begin; t < end; ++t) {
      const int64_t from = t - K / 2 < 0 ? K / 2 - t : 0;
      const int64_t to = t - K / 2 + K > T ? T + K / 2 - t : K;
      work(x + (t - K / 2 + from) * D, to - from, weight + from * D, out + t * D);
    }
  };
  int64_t d = 0;
  for (; d + 4 * kLanes <= D; d += 4 * kLanes) {
    each_frame([&](const float* rows, int64_t taps, const float* weights, float* target) {
      depthwise_block<4>(rows + d, taps, D, weights + d, bias + d, activation, target + d);
    });
  }
  for (; d + kLanes <= D; d += kLanes) {
    each_frame([&](const float* rows, int64_t taps, const float* weights, float* target) {
      depthwise_block<1>(rows + d, taps, D, weights + d, bias + d, activation, target + d);
    });
  }
  for (; d < D; ++d) {
    each_frame([&](const float* rows, int64_t taps, const float* weights, float* target) {
      float sum = bias[d];
      for (int64_t k = 0; k < taps; ++k) {
        sum += weights[k * D + d] * rows[k * D + d];
      }
      target[d] = activated(sum, activation);
    });
  }
}

void gated_linear_unit(const float* x, int64_t rows, int64_t D, float* out) {
  for (int64_t r = 0; r < rows; ++r) {
    const float* values = x + r * 2 * D;
    for (int64_t d = 0; d < D; ++d) {
      out[r * D + d] = values[d] / (1.0F + exponential(-values[D + d]));
    }
  }
}

void quantise_rows(const float* x, int64_t rows, int64_t K, int8_t* steps, float* scales) {
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = x + r * K;
    float largest = 1e-30F;
    for (int64_t k = 0; k < K; ++k) {
      const float magnitude = row[k] < 0 ? -row[k] : row[k];
      largest = larger(largest, magnitude);
    }
    const float inverse = 127.0F / largest;
    scales[r] = largest / 127.0F;
    for (int64_t k = 0; k < K; ++k) {
      const float scaled = row[k] * inverse;
      steps[r * K + k] =
          static_cast<int8_t>(static_cast<int32_t>(scaled + (scaled < 0 ? -0.5F : 0.5F)));
    }
  }
}

void dequantise_rows(
    const int32_t* sums,
    int64_t rows,
    int64_t N,
    const float* row_scales,
    const float* column_scales,
    const float* bias,
    FusedActivation activation,
    float* y) {
  for (int64_t r = 0; r < rows; ++r) {
    const float scale = row_scales[r];
    const int32_t* row = sums + r * N;
    float* target = y + r * N;
    if (bias != nullptr) {
      for (int64_t n = 0; n < N; ++n) {
        target[n] = static_cast<float>(row[n]) * (scale * column_scales[n]) + bias[n];
      }
    } else {
      for (int64_t n = 0; n < N; ++n) {
        target[n] = static_cast<float>(row[n]) * (scale * column_scales[n]);
      }
    }
    if (activation != FusedActivation::kNone) {
      for (int64_t n = 0; n < N; ++n) {
        target[n] = activated(target[n], activation);
      }
    }
  }
}

void ctc_frame(
    int64_t n,
    const float* before,
    const float* label,
    float blank_score,
    float* non_blank,
    float* blank,
    float* sum) {
  for (int64_t i = 0; i < n; ++i) {
    const float labelled = log_add(non_blank[i], before[i]) + label[i];
    const float rested = sum[i] + blank_score;
    non_blank[i] = labelled;
    blank[i] = rested;
    sum[i] = log_add(labelled, rested);
  }
}

void add_and_activate(const float* x, int64_t count, FusedActivation activation, float* y) {
  constexpr int64_t kBlock = 1024;  // stays in the innermost cache between the two loops
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = begin + kBlock < count ? begin + kBlock : count;
    if (x != nullptr) {
      for (int64_t i = begin; i < end; ++i) {
        y[i] += x[i];
      }
    }
    if (activation != FusedActivation::kNone) {
      for (int64_t i = begin; i < end; ++i) {
        y[i] = activated(y[i], activation);
      }
    }
  }
}

void add_scaled(const float* scores, int64_t count, float weight, float* total) {
  for (int64_t j = 0; j < count; ++j) {
    total[j] += weight * scores[j];
  }
}

}  // namespace

extern const VectorKernels kernels;
const VectorKernels kernels = {
    SOTTO_NAME_OF(SOTTO_LEVEL), attend, add_and_normalise, depthwise, gated_linear_unit, quantise_rows,
    dequantise_rows, dot, largest, exponentials, ctc_frame, add_and_activate, convolve_row,
    pool_row, winograd_input, winograd_output, add_scaled};

}  // namespace sotto::SOTTO_LEVEL
