#include "encoders/positions.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::encoders {
namespace {

/// The relative shift. A zero column in front makes the flat buffer's rows one longer; read back
/// with the row length of the original, each row has moved by its number.
at::Tensor shift(const at::Tensor& scores) {
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

/// For a clip of `length` frames in rows of T: which element of the flat (T, T) scores each (i, j)
/// reads; -1: none, a zero.
at::Tensor legacy_index(int64_t length, int64_t T) {
  const at::Tensor i = at::arange(T, at::kLong).unsqueeze(1);
  const at::Tensor j = at::arange(T, at::kLong).unsqueeze(0);
  const at::Tensor past = i * T + (length - 1) - i + j;
  const at::Tensor future = (i + 1) * T + j - i - 2;
  const at::Tensor read = j.le(i).logical_or(j.ge(i + 2)).logical_and(i.lt(length)).logical_and(
      j.lt(length));
  return at::where(read, at::where(j.le(i), past, future), at::full({}, -1, at::kLong)).view({-1});
}

at::Tensor legacy_shift(const at::Tensor& scores, const Lengths& lengths) {
  const int64_t T = scores.size(-1);
  std::vector<at::Tensor> clips;
  if (lengths.ragged() && !lengths.leaks()) {
    for (const int64_t length : lengths.frames()) {
      clips.push_back(legacy_index(length, T));
    }
  } else {
    clips.push_back(legacy_index(T, T));
  }
  const at::Tensor index = at::stack(clips).unsqueeze(1).to(scores.device(), /*non_blocking=*/true);
  const at::Tensor flat = scores.flatten(2);
  const at::Tensor picked =
      flat.gather(2, index.clamp_min(0).expand({flat.size(0), flat.size(1), T * T}));
  return (picked * index.ge(0).to(scores.scalar_type())).view_as(scores);
}

}  // namespace

const std::vector<std::string>& position_scheme_names() {
  static const std::vector<std::string> names = {
      "relative", "relative_legacy", "relative_unshifted", "absolute", "none"};
  return names;
}

PositionScheme position_scheme(const std::string& name) {
  const auto& names = position_scheme_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw ConfigError("positions: unknown scheme '" + name + "'");
  }
  return static_cast<PositionScheme>(found - names.begin());
}

bool is_relative(PositionScheme scheme) {
  return scheme != PositionScheme::kAbsolute && scheme != PositionScheme::kNone;
}

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
      .to(options, /*non_blocking=*/true);
}

at::Tensor position_table(
    PositionScheme scheme, int64_t T, int64_t D, const at::TensorOptions& options) {
  constexpr int64_t kLegacyRows = 5000;
  switch (scheme) {
    case PositionScheme::kRelative:
      return sinusoids(T - 1, -1, 2 * T - 1, D, options);
    case PositionScheme::kLegacy:
      return sinusoids(std::max(kLegacyRows, T) - 1, -1, T, D, options);
    case PositionScheme::kUnshifted:
    case PositionScheme::kAbsolute:
      return sinusoids(0, 1, T, D, options);
    case PositionScheme::kNone:
      break;
  }
  return {};
}

at::Tensor align_positions(
    const at::Tensor& scores, PositionScheme scheme, const Lengths& lengths) {
  switch (scheme) {
    case PositionScheme::kRelative:
      return shift(scores);
    case PositionScheme::kLegacy:
      return legacy_shift(scores, lengths);
    default:
      return scores;
  }
}

}  // namespace sotto::encoders
