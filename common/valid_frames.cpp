#include "common/valid_frames.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <numeric>

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Where it goes: joined or padded, and in which order joined pictures lie in memory.
enum Way : int64_t { kJoin, kJoinPictures, kSplit };

at::Tensor room_for(const at::Tensor& x, const Lengths& lengths, int64_t per_frame, int64_t way) {
  std::vector<int64_t> shape = x.sizes().vec();
  if (way == kSplit) {
    shape[0] = lengths.batch();
    shape[2] = per_frame * lengths.padded();
    return at::zeros(shape, x.options());
  }
  const auto& frames = lengths.frames();
  shape[0] = 1;
  shape[2] = per_frame * std::accumulate(frames.begin(), frames.end(), int64_t{0});
  if (way == kJoin) {
    return at::empty(shape, x.options());
  }
  return at::empty({shape[2], shape[3], shape[4], shape[1]}, x.options())
      .permute({3, 0, 1, 2})
      .unsqueeze(0);
}

at::Tensor moved(const at::Tensor& x, const Lengths& lengths, int64_t per_frame, int64_t way) {
  const at::Tensor result = room_for(x, lengths, per_frame, way);
  const bool back = way == kSplit;
  int64_t begin = 0;
  for (int64_t b = 0; b < lengths.batch(); ++b) {
    const int64_t length = per_frame * lengths.frames()[static_cast<size_t>(b)];
    const at::Tensor joined = (back ? x : result)[0].narrow(1, begin, length);
    const at::Tensor clip = (back ? result : x)[b].narrow(1, 0, length);
    (back ? clip : joined).copy_(back ? joined : clip);
    begin += length;
  }
  return result;
}

class MoveValid : public torch::autograd::Function<MoveValid> {
 public:
  static at::Tensor forward(
      AutogradContext* context,
      const at::Tensor& x,
      const std::vector<int64_t>& frames,
      int64_t padded,
      int64_t per_frame,
      int64_t way) {
    context->saved_data["frames"] = frames;
    context->saved_data["padded"] = padded;
    context->saved_data["per_frame"] = per_frame;
    context->saved_data["back"] = static_cast<int64_t>(way == kSplit ? kJoin : kSplit);
    return moved(x, Lengths(frames, padded), per_frame, way);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    auto& saved = context->saved_data;
    const Lengths lengths(saved["frames"].toIntVector(), saved["padded"].toInt());
    return {
        moved(gradients[0], lengths, saved["per_frame"].toInt(), saved["back"].toInt()),
        {},
        {},
        {},
        {}};
  }
};

at::Tensor move(const at::Tensor& x, const Lengths& lengths, int64_t per_frame, int64_t way) {
  return MoveValid::apply(x, lengths.frames(), lengths.padded(), per_frame, way);
}

}  // namespace

at::Tensor join_valid(const at::Tensor& x, const Lengths& lengths) {
  TORCH_CHECK(
      x.dim() >= 3 && x.size(0) == lengths.batch() && x.size(2) % lengths.padded() == 0,
      "join_valid: expected (", lengths.batch(), ", C, k * ", lengths.padded(), ", ...), got ",
      x.sizes());
  return move(x, lengths, x.size(2) / lengths.padded(), kJoin);
}

at::Tensor split_valid(const at::Tensor& x, const Lengths& lengths, int64_t per_frame) {
  return move(x, lengths, per_frame, kSplit);
}

at::Tensor valid_pictures(const at::Tensor& x, const Lengths& lengths) {
  TORCH_CHECK(
      x.dim() == 5 && x.size(0) == lengths.batch() && x.size(2) == lengths.padded(),
      "valid_pictures: expected (", lengths.batch(), ", C, ", lengths.padded(), ", H, W), got ",
      x.sizes());
  return move(x, lengths, 1, kJoinPictures).squeeze(0).transpose(0, 1);
}

at::Tensor with_padding(const at::Tensor& x, const Lengths& lengths) {
  return move(x.t().unsqueeze(0), lengths, 1, kSplit).transpose(1, 2);
}

}  // namespace sotto
