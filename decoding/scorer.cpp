#include "decoding/scorer.h"

#include <ATen/ATen.h>

namespace sotto::decoding {

at::Tensor newest_tokens(const Prefixes& prefixes, at::Device device) {
  std::vector<int64_t> last;
  last.reserve(prefixes.size());
  for (const std::vector<int64_t>& prefix : prefixes) {
    last.push_back(prefix.back());
  }
  return at::tensor(last, at::kLong).to(device);
}

}  // namespace sotto::decoding
