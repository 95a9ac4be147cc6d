#include "experiments/peers/checkpoint_tensor.h"

#include <cstring>

#include "common/safetensors.h"

namespace sotto::experiments {
namespace {

/// How many of the last dimensions lie in memory as a row-major block, and the block's elements.
struct Block {
  size_t dimensions = 0;
  int64_t elements = 1;
};

Block innermost_block(const CheckpointTensor& tensor) {
  Block block;
  for (size_t i = tensor.shape.size(); i > 0; --i) {
    const int64_t size = tensor.shape[i - 1];
    if (size != 1 && tensor.strides[i - 1] != block.elements) {
      break;
    }
    block.elements *= size;
    ++block.dimensions;
  }
  return block;
}

}  // namespace

uint64_t CheckpointTensor::elements() const {
  uint64_t count = 1;
  for (const int64_t size : shape) {
    count *= static_cast<uint64_t>(size);
  }
  return count;
}

uint64_t CheckpointTensor::bytes() const {
  return elements() * safetensors_type_size(type);
}

bool CheckpointTensor::contiguous() const {
  return elements() == 0 || innermost_block(*this).dimensions == shape.size();
}

void copy_row_major(const CheckpointTensor& tensor, uint8_t* out) {
  if (tensor.elements() == 0) {
    return;
  }
  const auto item = static_cast<int64_t>(safetensors_type_size(tensor.type));
  const Block block = innermost_block(tensor);
  const size_t outer = tensor.shape.size() - block.dimensions;
  const auto block_bytes = static_cast<size_t>(block.elements * item);
  std::vector<int64_t> index(outer, 0);
  const uint8_t* from = tensor.data;
  while (true) {
    std::memcpy(out, from, block_bytes);
    out += block_bytes;
    size_t i = outer;  // the next index, the last dimension running fastest
    while (i > 0 && ++index[i - 1] == tensor.shape[i - 1]) {
      --i;
      index[i] = 0;
      from -= (tensor.shape[i] - 1) * tensor.strides[i] * item;
    }
    if (i == 0) {
      return;
    }
    from += tensor.strides[i - 1] * item;
  }
}

}  // namespace sotto::experiments
