// ARPA language models: of one that is read, a whole row of probabilities is what single look-ups
// give, whatever the context.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/error.h"
#include "decoding/arpa_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sotto::decoding::NgramModel;
  try {
    const NgramModel model =
        sotto::decoding::parse_arpa({reinterpret_cast<const char*>(data), size}, "x.arpa");
    const auto words = static_cast<NgramModel::Word>(model.words().size());
    if (model.count(1) != words || model.begin() >= words || model.end() >= words) {
      std::abort();
    }
    NgramModel::Context context = model.first_context();
    for (NgramModel::Word word = 0; word < words && word < 8; ++word) {
      const float in_row = model.log10_probabilities(context)[word];
      const double alone = model.log10_probability(context, word);
      if (std::abs(in_row - alone) > 1e-4 * (1 + std::abs(alone)) && std::abs(alone) < 1e30) {
        std::abort();
      }
      model.append(context, word);
    }
  } catch (const sotto::Error&) {
  }
  return 0;
}
