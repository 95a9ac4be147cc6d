#include "common/kernels/thin_convolution.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "common/kernels/vector.h"

namespace sotto {
namespace {

constexpr int64_t kMostChannels = 16;

}  // namespace

/// What pictures of a size ask for.
struct ThinConvolution::Plan {
  std::vector<int64_t> padded;  // (C, H, W), padding included
  std::vector<int64_t> padding;
  int64_t rows;  // of results
  int64_t columns;
  std::vector<int32_t> taps;  // where the pixels of a filter lie in a padded picture

  Plan(
      at::IntArrayRef x,
      const std::vector<int64_t>& weight,
      const std::vector<int64_t>& stride,
      const std::vector<int64_t>& around)
      : padding(around) {
    TORCH_CHECK(
        x.size() == 4 && x[1] == weight[1],
        "ThinConvolution: expected x (N, ",
        weight[1],
        ", H, W), got ",
        x);
    padded = {x[1], x[2] + 2 * padding[0], x[3] + 2 * padding[1]};
    rows = (padded[1] - weight[2]) / stride[0] + 1;
    columns = (padded[2] - weight[3]) / stride[1] + 1;
    for (int64_t c = 0; c < weight[1]; ++c) {
      for (int64_t i = 0; i < weight[2]; ++i) {
        for (int64_t j = 0; j < weight[3]; ++j) {
          taps.push_back(static_cast<int32_t>((c * padded[1] + i) * padded[2] + j));
        }
      }
    }
  }

  at::Tensor inside(const at::Tensor& picture) const {
    return picture.narrow(1, padding[0], padded[1] - 2 * padding[0])
        .narrow(2, padding[1], padded[2] - 2 * padding[1]);
  }
};

ThinConvolution::ThinConvolution(
    const at::Tensor& weight,
    const at::Tensor& bias,
    std::vector<int64_t> stride,
    std::vector<int64_t> padding)
    : weight_(weight.detach().to(at::kFloat).flatten(1).t().contiguous()),
      bias_(bias.detach().to(at::kFloat).contiguous()),
      shape_(weight.sizes().vec()),
      stride_(std::move(stride)),
      padding_(std::move(padding)) {
  TORCH_CHECK(suits(weight), "ThinConvolution: does not suit a weight ", weight.sizes());
}

bool ThinConvolution::suits(const at::Tensor& weight) {
  return weight.dim() == 4 && weight.size(0) % 16 == 0 && weight.size(1) <= kMostChannels;
}

void ThinConvolution::apply(const at::Tensor& x, FusedActivation activation, float* y) const {
  const Plan plan(x.sizes(), shape_, stride_, padding_);
  at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    const at::Tensor padded = at::zeros(plan.padded);
    for (int64_t n = begin; n < end; ++n) {
      plan.inside(padded).copy_(x[n]);
      convolve(plan, padded, activation, y + n * plan.rows * plan.columns * shape_[0]);
    }
  });
}

void ThinConvolution::apply_and_pool(
    const at::Tensor& x, FusedActivation activation, float* y) const {
  const Plan plan(x.sizes(), shape_, stride_, padding_);
  const int64_t O = shape_[0];
  const int64_t row_size = plan.columns * O;
  at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    const at::Tensor padded = at::zeros(plan.padded);
    const at::Tensor picture = at::empty({plan.rows, plan.columns, O});
    for (int64_t n = begin; n < end; ++n) {
      plan.inside(padded).copy_(x[n]);
      convolve(plan, padded, activation, picture.data_ptr<float>());
      for (int64_t row = 0; row < pooled(plan.rows); ++row) {
        std::vector<const float*> around;
        for (int64_t i = std::max<int64_t>(0, 2 * row - 1); i < std::min(plan.rows, 2 * row + 2);
             ++i) {
          around.push_back(picture.data_ptr<float>() + i * row_size);
        }
        vector_kernels().pool_row(
            around.data(),
            static_cast<int64_t>(around.size()),
            plan.columns,
            O,
            y + (n * pooled(plan.rows) + row) * pooled(plan.columns) * O);
      }
    }
  });
}

void ThinConvolution::convolve(
    const Plan& plan, const at::Tensor& padded, FusedActivation activation, float* y) const {
  const int64_t O = shape_[0];
  for (int64_t row = 0; row < plan.rows; ++row) {
    vector_kernels().convolve_row(
        padded.data_ptr<float>() + row * stride_[0] * padded.size(2),
        plan.taps.data(),
        static_cast<int64_t>(plan.taps.size()),
        stride_[1],
        plan.columns,
        weight_.data_ptr<float>(),
        bias_.data_ptr<float>(),
        O,
        activation,
        y + row * plan.columns * O);
  }
}

}  // namespace sotto
