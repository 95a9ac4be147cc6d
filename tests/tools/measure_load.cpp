// measure_load MODEL [CLIP.safetensors]: how long a model takes to load and how much memory it keeps, beyond a process
// that has LibTorch loaded and has run one operation.
#include <chrono>
#include <cstdio>
#include <string>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "experiments/machine.h"
#include "experiments/transcriber.h"

namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sotto::experiments;
  if (argc < 2) {
    std::fprintf(stderr, "usage: measure_load MODEL [CLIP.safetensors]\n");
    return 2;
  }
  at::matmul(at::ones({8, 8}), at::ones({8, 8}));
  const double empty = resident_mib();
  const double start = seconds();
  LoadedModel model = read_model(argv[1]);
  std::printf("load %.3f s, resident +%.0f MiB", seconds() - start, resident_mib() - empty);
  int64_t bytes = 0;
  for (const auto& entry : state_of(*model.network)) {
    bytes += static_cast<int64_t>(entry.second.nbytes());
  }
  std::printf(", weights %.0f MiB\n", static_cast<double>(bytes) / (1 << 20));
  if (argc > 2) {
    Transcriber transcriber(std::move(model));
    TranscribeOptions options;
    options.search = transcriber.card().decode;
    const double begin = seconds();
    transcriber.transcribe(argv[2], options, [](const std::string&) {});
    std::printf("transcribed in %.2f s, resident +%.0f MiB\n", seconds() - begin, resident_mib() - empty);
  }
  return 0;
}
