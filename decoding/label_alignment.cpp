#include "decoding/label_alignment.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "decoding/ctc.h"

namespace sotto::decoding {

std::vector<TokenSpan> align_labels(const at::Tensor& labels, const std::vector<int64_t>& words) {
  TORCH_CHECK(
      labels.dim() == 2 && labels.size(1) > 1,
      "frame labels: expected (T,C) with silence and words, got ",
      labels.sizes());
  const int64_t C = labels.size(1);
  for (const int64_t word : words) {
    TORCH_CHECK(
        word == kNoClass || (word > 0 && word < C),
        "frame labels: expected classes from 1 to ",
        C - 1,
        ", got ",
        word);
  }
  const at::Tensor cpu = labels.detach().to(at::kCPU, at::kFloat);
  const at::Tensor anything = cpu.narrow(1, 1, C - 1).amax(1, /*keepdim=*/true) + std::log(0.5);
  std::vector<int64_t> classes = words;
  std::replace(classes.begin(), classes.end(), kNoClass, C);
  // Silence is to words what the blank is to CTC's labels.
  std::vector<TokenSpan> spans = align_ctc(at::cat({cpu, anything}, 1), classes);
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].token = words[i];
  }
  return spans;
}

}  // namespace sotto::decoding
