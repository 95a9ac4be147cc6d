#include "common/lengths.h"

#include <ATen/ATen.h>

namespace sotto {

Lengths::Lengths(std::vector<int64_t> frames, int64_t padded)
    : frames_(std::move(frames)), padded_(padded) {
  for (const int64_t count : frames_) {
    TORCH_CHECK(
        count >= 1 && count <= padded_, "Lengths: expected 1 to ", padded_, " frames, got ", count);
    ragged_ = ragged_ || count < padded_;
  }
}

Lengths Lengths::full(int64_t B, int64_t T) {
  return Lengths(std::vector<int64_t>(static_cast<size_t>(B), T), T);
}

Lengths Lengths::leaky() const {
  Lengths copy = *this;
  copy.leaks_ = true;
  return copy;
}

Lengths Lengths::stand_in() const {
  Lengths copy = *this;
  copy.counts_ = false;
  return copy;
}

Lengths Lengths::one_by_one() const {
  Lengths copy = full(batch() * padded_, 1);
  copy.leaks_ = leaks_;
  copy.counts_ = counts_;
  return copy;
}

at::Tensor Lengths::tensor() const { return at::tensor(frames_, at::kLong); }

at::Tensor Lengths::valid_mask(c10::Device device) const {
  const at::Tensor positions = at::arange(padded_, at::kLong).unsqueeze(0);
  return (positions < tensor().unsqueeze(1)).to(device, /*non_blocking=*/true);
}

at::Tensor Lengths::zero_padding(const at::Tensor& x, int64_t time_dim, int64_t per_frame) const {
  if (!ragged_ || leaks_) {
    return x;
  }
  at::Tensor mask = valid_mask(x.device());
  if (per_frame > 1) {
    mask = mask.repeat_interleave(per_frame, 1);
  }
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[0] = mask.size(0);
  shape[static_cast<size_t>(time_dim)] = mask.size(1);
  return x * mask.view(shape).to(x.scalar_type());
}

}  // namespace sotto
