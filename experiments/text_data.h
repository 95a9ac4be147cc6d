#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "datasets/text/tokenizer.h"
#include "experiments/recipe.h"
#include "experiments/text_batches.h"

namespace sotto::experiments {

/// Calls `visit` with each line of a text file, plain or compressed by gzip, that is not empty, and
/// with its place FILE:LINE. @throws DataError, also if a line is not UTF-8; what `visit` throws of
/// that kind gets the place in front.
void for_each_sentence(
    const std::string& path,
    const std::function<void(std::string_view text, const std::string& where)>& visit);

/// What the data section of a language model's recipe stands for.
struct TextData {
  std::shared_ptr<const datasets::Tokenizer> tokenizer;
  std::unique_ptr<TextBatches> train;
  std::unique_ptr<TextBatches> valid;  ///< null: nothing to validate on
  int64_t left_out = 0;                ///< sentences that were too long
  std::string text_rules;              ///< of the store that the texts are from; empty: not known
};

/// Reads the texts as token ids. @param rank  whose share of `processes` the batches are
/// @throws DataError naming the line, ConfigError.
TextData load_text_data(const Recipe& recipe, int64_t rank = 0, int64_t processes = 1);

}  // namespace sotto::experiments
