// Units files: a vocabulary that is read has its two special tokens and is no longer than the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/error.h"
#include "datasets/text/units.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const auto tokens =
        sotto::datasets::parse_units({reinterpret_cast<const char*>(data), size}, "units.txt");
    if (tokens.size() < 3 || tokens.size() > size || tokens.front() != "<blank>" ||
        tokens.back() != "<eos>") {
      std::abort();
    }
  } catch (const sotto::Error&) {
  }
  return 0;
}
