#include <array>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/kernels/thin_convolution.h"
#include "common/kernels/vector.h"
#include "common/kernels/winograd.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

const float* values(const at::Tensor& x) {
  return x.data_ptr<float>();
}

at::Tensor channels_last(const at::Tensor& x) {
  return x.permute({0, 2, 3, 1}).contiguous();
}

TEST(ConvolutionKernelsTest, ARowOfPixelsAtEveryLevel) {
  at::manual_seed(1);
  constexpr int64_t kPixels = 11;
  for (const VectorKernels* kernels : {&vector_kernels(), &plain_vector_kernels()}) {
    for (const int64_t O : {16, 64, 80}) {
      const at::Tensor x = at::randn({1, 1, 3, 2 * kPixels + 3});
      const at::Tensor w = at::randn({O, 1, 3, 5});
      const at::Tensor b = at::randn({O});
      std::vector<int32_t> taps;
      for (int32_t i = 0; i < 15; ++i) {
        taps.push_back(i / 5 * static_cast<int32_t>(x.size(3)) + i % 5);
      }
      const at::Tensor y = at::empty({kPixels, O});
      kernels->convolve_row(
          values(x),
          taps.data(),
          15,
          2,
          kPixels,
          values(w.flatten(1).t().contiguous()),
          values(b),
          O,
          FusedActivation::kSwish,
          y.data_ptr<float>());
      const at::Tensor expected = at::silu(at::conv2d(x, w, b, 2))[0].flatten(1).t();
      tests::expect_close(y, expected, 2e-6);
    }
  }
}

TEST(ConvolutionKernelsTest, PoolsRowsAtEveryLevel) {
  at::manual_seed(2);
  for (const VectorKernels* kernels : {&vector_kernels(), &plain_vector_kernels()}) {
    for (const int64_t pixels : {1, 2, 7, 44}) {
      const at::Tensor x = at::randn({1, 32, 3, pixels});
      const at::Tensor last = channels_last(x);
      const int64_t pooled = (pixels + 1) / 2;
      const at::Tensor y = at::empty({2, pooled, 32});
      std::array<const float*, 3> rows;
      for (size_t i = 0; i < 3; ++i) {
        rows[i] = values(last) + static_cast<int64_t>(i) * pixels * 32;
      }
      kernels->pool_row(rows.data(), 2, pixels, 32, y.data_ptr<float>());
      kernels->pool_row(rows.data() + 1, 2, pixels, 32, y.data_ptr<float>() + pooled * 32);
      const at::Tensor expected = channels_last(at::max_pool2d(x, 3, 2, 1))[0];
      EXPECT_TRUE(at::equal(y, expected)) << kernels->name << ", " << pixels << " pixels";
    }
  }
}

TEST(ConvolutionKernelsTest, LevelsTransformTilesAlike) {
  at::manual_seed(3);
  const at::Tensor pixels = at::randn({25, 32});
  const at::Tensor bias = at::randn({32});
  std::array<const float*, 25> rows;
  for (size_t i = 0; i < 25; ++i) {
    rows[i] = values(pixels) + 32 * static_cast<int64_t>(i);
  }
  const auto transformed = [&](const VectorKernels& kernels) {
    const at::Tensor inputs = at::empty({25, 32});
    const at::Tensor results = at::zeros({9, 32});
    std::array<float*, 25> to;
    std::array<float*, 9> out;
    for (size_t i = 0; i < 25; ++i) {
      to[i] = inputs.data_ptr<float>() + 32 * static_cast<int64_t>(i);
    }
    for (size_t i = 0; i < 9; ++i) {
      out[i] = i == 5 ? nullptr : results.data_ptr<float>() + 32 * static_cast<int64_t>(i);
    }
    kernels.winograd_input(rows.data(), 32, to.data());
    kernels.winograd_output(
        rows.data(), 32, values(bias), nullptr, FusedActivation::kRelu, out.data());
    return at::cat({inputs, results});
  };
  const at::Tensor best = transformed(vector_kernels());
  tests::expect_close(best, transformed(plain_vector_kernels()), 2e-6);
  EXPECT_EQ(best[25 + 5].abs().max().item<float>(), 0);  // outside the picture
}

TEST(WinogradConvolutionTest, EqualsConvolution) {
  at::manual_seed(4);
  const at::Tensor w = at::randn({48, 32, 3, 3}) / std::sqrt(288.0);
  const at::Tensor b = at::randn({48});
  const WinogradConvolution convolution(w, b);
  const std::vector<std::vector<int64_t>> shapes = {
      {1, 1, 1}, {2, 3, 3}, {3, 6, 6}, {5, 4, 7}, {200, 7, 5}, {1, 100, 90}};
  for (const auto& shape : shapes) {
    const at::Tensor x = at::randn({shape[0], 32, shape[1], shape[2]});
    const at::Tensor r = at::randn({shape[0], 48, shape[1], shape[2]});
    const at::Tensor plain = at::conv2d(x, w, b, 1, 1);
    const at::Tensor last = channels_last(x);
    const at::Tensor residual = channels_last(r);
    const at::Tensor y = at::empty_like(residual);
    const auto apply = [&](const float* addition, FusedActivation activation) {
      y.fill_(std::nan(""));
      convolution.apply(
          values(last), shape[0], shape[1], shape[2], addition, activation, y.data_ptr<float>());
      return y;
    };
    tests::expect_close(apply(nullptr, FusedActivation::kNone), channels_last(plain), 1e-5);
    tests::expect_close(
        apply(values(residual), FusedActivation::kSwish), channels_last(at::silu(plain + r)), 1e-5);
  }
}

TEST(ThinConvolutionTest, EqualsConvolutionWithAnyStrides) {
  at::manual_seed(5);
  const at::Tensor w = at::randn({32, 6, 5, 3}) / std::sqrt(90.0);
  const at::Tensor b = at::randn({32});
  const ThinConvolution convolution(w, b, {2, 1}, {2, 0});
  const at::Tensor frames = at::randn({9, 2, 17, 12});
  // Neighbours in time as channels: values lie over each other.
  const at::Tensor x = frames.unfold(0, 3, 1).permute({0, 1, 4, 2, 3}).flatten(1, 2);
  for (const at::Tensor& pictures :
       {x, x.flip(3), x.transpose(2, 3).contiguous().transpose(2, 3)}) {
    const at::Tensor plain = at::relu(at::conv2d(pictures, w, b, {2, 1}, {2, 0}));
    const at::Tensor y = at::empty_like(channels_last(plain));
    convolution.apply(pictures, FusedActivation::kRelu, y.data_ptr<float>());
    tests::expect_close(y, channels_last(plain), 1e-5);
    const at::Tensor expected = channels_last(at::max_pool2d(plain, 3, 2, 1));
    const at::Tensor small = at::empty_like(expected);
    convolution.apply_and_pool(pictures, FusedActivation::kRelu, small.data_ptr<float>());
    tests::expect_close(small, expected, 1e-5);
  }
}

}  // namespace
}  // namespace sotto
