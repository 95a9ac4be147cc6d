#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// A clip as it was read in a validation.
struct ValidatedText {
  std::string modality;
  std::string id;
  double seconds = 0;
  std::string reference;
  std::string hypothesis;
};

/// The texts of one validation.
struct ValidationTexts {
  std::string stage;
  int64_t epoch = 0;
  int64_t step = 0;
  std::vector<ValidatedText> texts;
};

/// Writes RUN/validation.jsonl, a line a clip, in place of the last validation's.
void write_validation_texts(const std::string& run, const ValidationTexts& texts);
/// Empty where no validation was written. @throws DataError.
ValidationTexts read_validation_texts(const std::string& run);

}  // namespace sotto::experiments
