#include "encoders/positions.h"

#include <ATen/ATen.h>

#include <cmath>

namespace sotto::encoders {

at::Tensor sinusoids(
    int64_t first, int64_t step, int64_t count, int64_t D, const at::TensorOptions& options) {
  const auto host = at::TensorOptions().dtype(at::kFloat);
  const at::Tensor frequencies =
      at::exp(at::arange(0, D, 2, host) * (-std::log(10000.0) / static_cast<double>(D)));
  const at::Tensor positions = (at::arange(count, host) * step + first).unsqueeze(1);
  const at::Tensor angles = positions * frequencies;
  return at::stack({at::sin(angles), at::cos(angles)}, 2)
      .reshape({count, -1})
      .narrow(1, 0, D)
      .to(options);
}

at::Tensor relative_positions(int64_t T, int64_t D, const at::TensorOptions& options) {
  return sinusoids(T - 1, -1, 2 * T - 1, D, options);
}

at::Tensor relative_shift(const at::Tensor& scores) {
  // A zero column in front makes the flat buffer's rows one longer; read back with the row length
  // of the original, each row has moved by its number.
  std::vector<int64_t> shape = scores.sizes().vec();
  const int64_t rows = shape[shape.size() - 2];
  const int64_t columns = shape.back();
  const at::Tensor padded = at::constant_pad_nd(scores, {1, 0});
  std::vector<int64_t> turned = shape;
  turned[shape.size() - 2] = columns + 1;
  turned.back() = rows;
  return padded.reshape(turned).narrow(-2, 1, columns).reshape(shape).narrow(
      -1, 0, columns / 2 + 1);
}

}  // namespace sotto::encoders
