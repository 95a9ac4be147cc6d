// copy_checkpoint IN OUT: reads a checkpoint and writes its state dict as a plain one.
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "experiments/peers/checkpoint_file.h"
#include "experiments/peers/checkpoint_writer.h"

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("Usage: copy_checkpoint IN OUT\n", stderr);
    return 2;
  }
  try {
    const sotto::experiments::CheckpointFile file(arguments[1]);
    std::vector<std::vector<uint8_t>> copies;
    std::vector<std::pair<std::string, sotto::SafetensorsEntry>> tensors;
    for (const auto& [name, tensor] : file.tensors()) {
      copies.emplace_back(tensor.bytes());
      copy_row_major(tensor, copies.back().data());
      tensors.push_back({name, {tensor.type, tensor.shape, copies.back().data(), tensor.bytes()}});
    }
    sotto::experiments::write_checkpoint_file(arguments[2], tensors);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
  return 0;
}
