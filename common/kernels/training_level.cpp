// Compiled once for each level of x86-64 with SOTTO_LEVEL naming it, under the rules of
// vector_level.cpp: no template or inline function of a header that other sources use.
#include "common/kernels/level_math.h"
#include "common/kernels/training.h"

#define SOTTO_TEXT_OF(name) #name
#define SOTTO_NAME_OF(name) SOTTO_TEXT_OF(name)
#define SOTTO_INLINE inline __attribute__((always_inline))

namespace sotto::SOTTO_LEVEL {
namespace {

void adam(
    int64_t count,
    const AdamStep& step,
    const float* __restrict gradients,
    float* __restrict weights,
    float* __restrict averages,
    float* __restrict squares) {
  const AdamStep s = step;
  for (int64_t i = 0; i < count; ++i) {
    const float gradient = gradients[i] * s.gradient + s.decay * weights[i];
    const float average = averages[i] * s.beta1 + gradient * s.rest1;
    const float square = squares[i] * s.beta2 + gradient * gradient * s.rest2;
    averages[i] = average;
    squares[i] = square;
    weights[i] = weights[i] * s.keep -
                 s.rate * average / (__builtin_sqrtf(square) * s.root_scale + s.epsilon);
  }
}

double square_sum(const float* x, int64_t count) {
  constexpr int64_t kBlock = 4096;  // short sums in float, their sum in double
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = begin + kBlock < count ? begin + kBlock : count;
    float sum = 0;
    for (int64_t i = begin; i < end; ++i) {
      sum += x[i] * x[i];
    }
    total += static_cast<double>(sum);
  }
  return total;
}

using Half = uint16_t;  // bfloat16: the upper half of a float

SOTTO_INLINE float get(const float* x, int64_t i) { return x[i]; }
SOTTO_INLINE float get(const Half* x, int64_t i) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(x[i]) << 16);
}
SOTTO_INLINE void put(float* x, int64_t i, float value) { x[i] = value; }
/// To the nearest, ties to even. The NaN that arithmetic makes stays one.
SOTTO_INLINE void put(Half* x, int64_t i, float value) {
  const uint32_t bits = __builtin_bit_cast(uint32_t, value);
  x[i] = static_cast<Half>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

constexpr int64_t kTile = 64;   // channels whose sums stay near
constexpr int64_t kShort = 32;  // rows that are summed in float

template <class X>
SOTTO_INLINE void add_moments(
    const X* x, int64_t rows, int64_t C, const float* pivot, double* sums, double* squares) {
  for (int64_t r = 0; r < rows; r += kShort) {
    const int64_t end = r + kShort < rows ? r + kShort : rows;
    for (int64_t c0 = 0; c0 < C; c0 += kTile) {
      const int64_t width = c0 + kTile < C ? kTile : C - c0;
      float sum[kTile] = {};
      float square[kTile] = {};
      for (int64_t i = r; i < end; ++i) {
        const X* row = x + i * C + c0;
        for (int64_t c = 0; c < width; ++c) {
          const float d = get(row, c) - pivot[c0 + c];
          sum[c] += d;
          square[c] += d * d;
        }
      }
      for (int64_t c = 0; c < width; ++c) {
        sums[c0 + c] += static_cast<double>(sum[c]);
        squares[c0 + c] += static_cast<double>(square[c]);
      }
    }
  }
}

void moments(
    const Numbers& x,
    int64_t rows,
    int64_t channels,
    const float* pivot,
    double* sums,
    double* squares) {
  if (x.half) {
    add_moments(static_cast<const Half*>(x.data), rows, channels, pivot, sums, squares);
  } else {
    add_moments(static_cast<const float*>(x.data), rows, channels, pivot, sums, squares);
  }
}

/// Which activation, known where loops are compiled.
enum class Kind { kNone, kRelu, kSwish, kSlopes };

template <Kind kind>
SOTTO_INLINE float act(float z, float slope) {
  return kind == Kind::kNone    ? z
         : kind == Kind::kRelu  ? larger(z, 0.0F)
         : kind == Kind::kSwish ? z / (1.0F + exponential(-z))
                                : (z > 0 ? z : z * slope);
}

/// Its derivative.
template <Kind kind>
SOTTO_INLINE float act_gradient(float z, float slope) {
  if (kind == Kind::kSwish) {
    const float s = 1.0F / (1.0F + exponential(-z));
    return s * (1.0F + z * (1.0F - s));
  }
  return kind == Kind::kNone ? 1.0F : z > 0 ? 1.0F : kind == Kind::kRelu ? 0.0F : slope;
}

template <Kind kind, bool added, class X, class Y>
SOTTO_INLINE void forward_rows(
    const NormActivation& f, const X* x, const Y* residual, int64_t rows, Y* y) {
  const int64_t C = f.channels;
  for (int64_t c0 = 0; c0 < C; c0 += kTile) {
    const int64_t width = c0 + kTile < C ? kTile : C - c0;
    float scale[kTile];
    float shift[kTile];
    float slope[kTile];
    for (int64_t c = 0; c < width; ++c) {
      scale[c] = f.gamma[c0 + c] * f.inverse[c0 + c];
      shift[c] = f.beta[c0 + c] - f.mean[c0 + c] * scale[c];
      slope[c] = kind == Kind::kSlopes ? f.slopes[c0 + c] : 0.0F;
    }
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t at = r * C + c0;
      for (int64_t c = 0; c < width; ++c) {
        const float z = get(x + at, c) * scale[c] + shift[c] + (added ? get(residual + at, c) : 0.0F);
        put(y + at, c, act<kind>(z, slope[c]));
      }
    }
  }
}

template <Kind kind, bool added, bool kept, class X, class Y>
SOTTO_INLINE void sum_rows(
    const NormActivation& f,
    const X* x,
    const Y* residual,
    const Y* dy,
    int64_t rows,
    Y* inner,
    double* sums,
    double* products,
    double* slope_sums) {
  const int64_t C = f.channels;
  for (int64_t r = 0; r < rows; r += kShort) {
    const int64_t end = r + kShort < rows ? r + kShort : rows;
    for (int64_t c0 = 0; c0 < C; c0 += kTile) {
      const int64_t width = c0 + kTile < C ? kTile : C - c0;
      float sum[kTile] = {};
      float product[kTile] = {};
      float slopes[kTile] = {};
      for (int64_t i = r; i < end; ++i) {
        const int64_t at = i * C + c0;
        for (int64_t c = 0; c < width; ++c) {
          const float xhat = (get(x + at, c) - f.mean[c0 + c]) * f.inverse[c0 + c];
          const float z = xhat * f.gamma[c0 + c] + f.beta[c0 + c] +
                          (added ? get(residual + at, c) : 0.0F);
          const float g = get(dy + at, c);
          const float d = g * act_gradient<kind>(z, kind == Kind::kSlopes ? f.slopes[c0 + c] : 0.0F);
          if (kept) {
            put(inner + at, c, d);
          }
          sum[c] += d;
          product[c] += d * xhat;
          if (kind == Kind::kSlopes) {
            slopes[c] += z > 0 ? 0.0F : g * z;
          }
        }
      }
      for (int64_t c = 0; c < width; ++c) {
        sums[c0 + c] += static_cast<double>(sum[c]);
        products[c0 + c] += static_cast<double>(product[c]);
        if (kind == Kind::kSlopes) {
          slope_sums[c0 + c] += static_cast<double>(slopes[c]);
        }
      }
    }
  }
}

template <Kind kind, bool added, bool kept, class X, class Y>
SOTTO_INLINE void gradient_rows(
    const NormActivation& f,
    const X* x,
    const Y* residual,
    const Y* dy,
    const Y* inner,
    const float* means,
    const float* products,
    int64_t rows,
    X* dx) {
  const int64_t C = f.channels;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t at = r * C;
    for (int64_t c = 0; c < C; ++c) {
      const float xhat = (get(x + at, c) - f.mean[c]) * f.inverse[c];
      float d;
      if (kept) {
        d = get(inner + at, c);
      } else {
        const float z =
            xhat * f.gamma[c] + f.beta[c] + (added ? get(residual + at, c) : 0.0F);
        d = get(dy + at, c) * act_gradient<kind>(z, kind == Kind::kSlopes ? f.slopes[c] : 0.0F);
      }
      put(dx + at, c, f.gamma[c] * f.inverse[c] * (d - means[c] - xhat * products[c]));
    }
  }
}

/// Calls `run.go<kind>()` for the form's activation.
template <class Run>
SOTTO_INLINE void by_kind(const NormActivation& form, const Run& run) {
  if (form.slopes != nullptr) {
    run.template go<Kind::kSlopes>();
  } else if (form.activation == FusedActivation::kSwish) {
    run.template go<Kind::kSwish>();
  } else if (form.activation == FusedActivation::kRelu) {
    run.template go<Kind::kRelu>();
  } else {
    run.template go<Kind::kNone>();
  }
}

template <class X, class Y>
struct ForwardRun {
  const NormActivation& form;
  const X* x;
  const Y* residual;
  int64_t rows;
  Y* y;
  template <Kind kind>
  void go() const {
    if (residual != nullptr) {
      forward_rows<kind, true>(form, x, residual, rows, y);
    } else {
      forward_rows<kind, false>(form, x, residual, rows, y);
    }
  }
};

template <class X, class Y>
struct SumsRun {
  const NormActivation& form;
  const X* x;
  const Y* residual;
  const Y* dy;
  int64_t rows;
  Y* inner;
  double* sums;
  double* products;
  double* slope_sums;
  template <Kind kind>
  void go() const {
    if (residual != nullptr && inner != nullptr) {
      sum_rows<kind, true, true>(form, x, residual, dy, rows, inner, sums, products, slope_sums);
    } else if (residual != nullptr) {
      sum_rows<kind, true, false>(form, x, residual, dy, rows, inner, sums, products, slope_sums);
    } else {
      sum_rows<kind, false, false>(form, x, residual, dy, rows, inner, sums, products, slope_sums);
    }
  }
};

template <class X, class Y>
struct GradientRun {
  const NormActivation& form;
  const X* x;
  const Y* residual;
  const Y* dy;
  const Y* inner;
  const float* means;
  const float* products;
  int64_t rows;
  X* dx;
  template <Kind kind>
  void go() const {
    if (inner != nullptr) {
      gradient_rows<kind, false, true>(form, x, residual, dy, inner, means, products, rows, dx);
    } else if (residual != nullptr) {
      gradient_rows<kind, true, false>(form, x, residual, dy, inner, means, products, rows, dx);
    } else {
      gradient_rows<kind, false, false>(form, x, residual, dy, inner, means, products, rows, dx);
    }
  }
};

template <class X, class Y>
void forward_of(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    int64_t rows,
    const NumbersOut& y) {
  by_kind(
      form, ForwardRun<X, Y>{form, static_cast<const X*>(x.data), static_cast<const Y*>(residual.data),
                             rows, static_cast<Y*>(y.data)});
}

template <class X, class Y>
void sums_of(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    const Numbers& dy,
    int64_t rows,
    const NumbersOut& inner,
    double* sums,
    double* products,
    double* slope_sums) {
  by_kind(
      form, SumsRun<X, Y>{form, static_cast<const X*>(x.data), static_cast<const Y*>(residual.data),
                          static_cast<const Y*>(dy.data), rows, static_cast<Y*>(inner.data), sums,
                          products, slope_sums});
}

template <class X, class Y>
void gradient_of(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    const Numbers& dy,
    const Numbers& inner,
    const float* means,
    const float* products,
    int64_t rows,
    const NumbersOut& dx) {
  by_kind(
      form, GradientRun<X, Y>{form, static_cast<const X*>(x.data),
                              static_cast<const Y*>(residual.data), static_cast<const Y*>(dy.data),
                              static_cast<const Y*>(inner.data), means, products, rows,
                              static_cast<X*>(dx.data)});
}

void norm_activation(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    int64_t rows,
    const NumbersOut& y) {
  (x.half   ? forward_of<Half, Half>
   : y.half ? forward_of<float, Half>
            : forward_of<float, float>)(form, x, residual, rows, y);
}

void norm_activation_sums(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    const Numbers& dy,
    int64_t rows,
    const NumbersOut& inner,
    double* sums,
    double* products,
    double* slope_sums) {
  (x.half    ? sums_of<Half, Half>
   : dy.half ? sums_of<float, Half>
             : sums_of<float, float>)(
      form, x, residual, dy, rows, inner, sums, products, slope_sums);
}

void norm_activation_gradient(
    const NormActivation& form,
    const Numbers& x,
    const Numbers& residual,
    const Numbers& dy,
    const Numbers& inner,
    const float* means,
    const float* products,
    int64_t rows,
    const NumbersOut& dx) {
  (x.half    ? gradient_of<Half, Half>
   : dy.half ? gradient_of<float, Half>
             : gradient_of<float, float>)(
      form, x, residual, dy, inner, means, products, rows, dx);
}

/// A number drawn for a place: two rounds of a mixing function (Wellons' lowbias32).
SOTTO_INLINE uint32_t mixed(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= x >> 15;
  x *= 0x846CA68BU;
  return x ^ (x >> 16);
}

template <class X>
SOTTO_INLINE void dropout_of(
    const X* x, int64_t first, int64_t count, uint64_t seed, double rate, X* y) {
  const auto low = static_cast<uint32_t>(seed) + static_cast<uint32_t>(first >> 32);
  const auto high = static_cast<uint32_t>(seed >> 32);
  const auto start = static_cast<uint32_t>(first);
  const auto limit = static_cast<uint32_t>(rate * 4294967296.0);
  const auto scale = static_cast<float>(1 / (1 - rate));
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t drawn = mixed(mixed(start + static_cast<uint32_t>(i) + low) ^ high);
    put(y, i, drawn >= limit ? get(x, i) * scale : 0.0F);
  }
}

void dropout(
    const Numbers& x, int64_t first, int64_t count, uint64_t seed, double rate, const NumbersOut& y) {
  if (x.half) {
    dropout_of(static_cast<const Half*>(x.data), first, count, seed, rate, static_cast<Half*>(y.data));
  } else {
    dropout_of(
        static_cast<const float*>(x.data), first, count, seed, rate, static_cast<float*>(y.data));
  }
}

void depthwise_weights(
    const float* x,
    const float* dy,
    int64_t T,
    int64_t D,
    int64_t K,
    int64_t first,
    int64_t last,
    float* weight_sums,
    float* bias_sums) {
  for (int64_t d0 = first; d0 < last; d0 += kTile) {
    const int64_t width = d0 + kTile < last ? kTile : last - d0;
    for (int64_t t = 0; t < T; ++t) {
      for (int64_t c = 0; c < width; ++c) {
        bias_sums[d0 + c] += dy[t * D + d0 + c];
      }
    }
    for (int64_t k = 0; k < K; ++k) {
      const int64_t shift = k - K / 2;
      const int64_t begin = shift < 0 ? -shift : 0;
      const int64_t end = shift > 0 ? T - shift : T;
      float sum[kTile] = {};
      for (int64_t t = begin; t < end; ++t) {
        const float* a = dy + t * D + d0;
        const float* b = x + (t + shift) * D + d0;
        for (int64_t c = 0; c < width; ++c) {
          sum[c] += a[c] * b[c];
        }
      }
      for (int64_t c = 0; c < width; ++c) {
        weight_sums[k * D + d0 + c] += sum[c];
      }
    }
  }
}

}  // namespace

extern const TrainingKernels training_kernels;
const TrainingKernels training_kernels = {
    SOTTO_NAME_OF(SOTTO_LEVEL), adam,    square_sum,       moments, norm_activation, norm_activation_sums,
    norm_activation_gradient,   dropout, depthwise_weights};

}  // namespace sotto::SOTTO_LEVEL
