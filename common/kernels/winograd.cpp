#include "common/kernels/winograd.h"

#include <algorithm>
#include <array>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "common/kernels/vector.h"

namespace sotto {
namespace {

constexpr int64_t kSide = 3;               // of a tile of results
constexpr int64_t kInputSide = kSide + 2;  // of what it is made from
constexpr int64_t kProducts = kInputSide * kInputSide;
constexpr int64_t kRows = 384;  // of a product: more of them leave the caches
constexpr int64_t kTilesAThread = 4;

int64_t tiles_of(int64_t side) {
  return (side + kSide - 1) / kSide;
}

/// What a filter's row or column of three becomes at the points 0, 1, -1, 2 and infinity.
std::array<double, kInputSide> at_points(double a, double b, double c) {
  return {a / 2, -(a + b + c) / 2, (b - a - c) / 6, (a + 2 * b + 4 * c) / 6, c};
}

/// (25, O, C): the filters as the products take them.
at::Tensor transformed(const at::Tensor& weight) {
  const at::Tensor filters = weight.detach().to(at::kFloat).contiguous();
  const int64_t pairs = filters.size(0) * filters.size(1);
  const at::Tensor products = at::empty({kProducts, filters.size(0), filters.size(1)});
  const float* from = filters.data_ptr<float>();
  float* to = products.data_ptr<float>();
  at::parallel_for(0, pairs, 1024, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      std::array<std::array<double, kInputSide>, 3> rows;
      for (size_t r = 0; r < 3; ++r) {
        const float* row = from + 9 * i + 3 * static_cast<int64_t>(r);
        rows[r] = at_points(row[0], row[1], row[2]);
      }
      for (size_t column = 0; column < kInputSide; ++column) {
        const auto values = at_points(rows[0][column], rows[1][column], rows[2][column]);
        for (size_t row = 0; row < kInputSide; ++row) {
          to[static_cast<int64_t>(kInputSide * row + column) * pairs + i] =
              static_cast<float>(values[row]);
        }
      }
    }
  });
  return products;
}

/// Where the tiles of some pictures lie.
struct Tiling {
  int64_t H;
  int64_t W;
  int64_t down = tiles_of(H);
  int64_t across = tiles_of(W);

  int64_t a_picture() const { return down * across; }

  /// The places, counted in pixels from the first picture's first, of the pixels of a tile with
  /// `margin` pixels around it; -1 outside the picture.
  template <size_t kCount>
  void pixels(int64_t tile, int64_t margin, std::array<int64_t, kCount>& places) const {
    const int64_t picture = tile / a_picture();
    const int64_t top = tile % a_picture() / across * kSide - margin;
    const int64_t left = tile % across * kSide - margin;
    const int64_t side = kSide + 2 * margin;
    for (int64_t i = 0; i < static_cast<int64_t>(kCount); ++i) {
      const int64_t row = top + i / side;
      const int64_t column = left + i % side;
      const bool inside = row >= 0 && row < H && column >= 0 && column < W;
      places[static_cast<size_t>(i)] = inside ? (picture * H + row) * W + column : -1;
    }
  }
};

}  // namespace

WinogradConvolution::WinogradConvolution(const at::Tensor& weight, const at::Tensor& bias)
    : inputs_(weight.size(1)), bias_(bias.detach().to(at::kFloat).contiguous()) {
  TORCH_CHECK(
      weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3 && weight.size(0) % 16 == 0 &&
          weight.size(1) % 16 == 0,
      "WinogradConvolution: expected a weight (O, C, 3, 3), O and C multiples of 16, got ",
      weight.sizes());
  const at::Tensor filters = transformed(weight);
  for (int64_t k = 0; k < kProducts; ++k) {
    products_.emplace_back(filters[k], at::Tensor(), Precision::kFloat32);
  }
}

int64_t WinogradConvolution::cost(int64_t H, int64_t W) {
  return kProducts * tiles_of(H) * tiles_of(W);
}

void WinogradConvolution::apply(
    const float* x,
    int64_t N,
    int64_t H,
    int64_t W,
    const float* residual,
    FusedActivation activation,
    float* y) const {
  const int64_t C = inputs_;
  const int64_t O = bias_.size(0);
  const Tiling tiling{H, W};
  const int64_t pictures = std::max<int64_t>(1, kRows / tiling.a_picture());
  const at::Tensor nothing = at::zeros({C});
  for (int64_t first = 0; first < N; first += pictures) {
    const int64_t tiles = std::min(pictures, N - first) * tiling.a_picture();
    const float* source = x + first * H * W * C;
    const at::Tensor inputs = at::empty({kProducts, tiles, C});
    at::parallel_for(0, tiles, kTilesAThread, [&](int64_t begin, int64_t end) {
      std::array<int64_t, kProducts> places;
      std::array<const float*, kProducts> pixels;
      std::array<float*, kProducts> rows;
      for (int64_t tile = begin; tile < end; ++tile) {
        tiling.pixels(tile, 1, places);
        for (size_t k = 0; k < kProducts; ++k) {
          pixels[k] = places[k] < 0 ? nothing.data_ptr<float>() : source + places[k] * C;
          rows[k] = inputs.data_ptr<float>() + (static_cast<int64_t>(k) * tiles + tile) * C;
        }
        vector_kernels().winograd_input(pixels.data(), C, rows.data());
      }
    });
    std::array<at::Tensor, kProducts> products;
    for (size_t k = 0; k < kProducts; ++k) {
      products[k] = products_[k].multiply(inputs[static_cast<int64_t>(k)]);
    }
    at::parallel_for(0, tiles, kTilesAThread, [&](int64_t begin, int64_t end) {
      constexpr int64_t kResults = kSide * kSide;
      std::array<int64_t, kResults> places;
      std::array<const float*, kProducts> rows;
      std::array<const float*, kResults> additions;
      std::array<float*, kResults> results;
      for (int64_t tile = begin; tile < end; ++tile) {
        tiling.pixels(tile, 0, places);
        for (size_t k = 0; k < kProducts; ++k) {
          rows[k] = products[k].data_ptr<float>() + tile * O;
        }
        for (size_t k = 0; k < kResults; ++k) {
          const int64_t place = (first * H * W + places[k]) * O;
          results[k] = places[k] < 0 ? nullptr : y + place;
          additions[k] = places[k] < 0 || residual == nullptr ? nullptr : residual + place;
        }
        vector_kernels().winograd_output(
            rows.data(),
            O,
            bias_.data_ptr<float>(),
            residual == nullptr ? nullptr : additions.data(),
            activation,
            results.data());
      }
    });
  }
}

}  // namespace sotto
