#pragma once

#include <string>
#include <vector>

namespace sotto::experiments {

/// A key that two recipes have different values for.
struct RecipeChange {
  std::string key;
  std::string before;  ///< empty: it had none
  std::string now;
};

/// @param before, now  recipes as YAML. @throws ConfigError if they are none.
std::vector<RecipeChange> recipe_changes(const std::string& before, const std::string& now);

/// "optimiser.ema 0 -> 0.99, ...", the first few of them.
std::string changes_text(const std::vector<RecipeChange>& changes);

/// What a run cannot go on with otherwise: its network and its seed.
/// @param with_tokenizer  and its vocabulary, as far as a recipe tells
std::vector<RecipeChange> changes_of_network(
    const std::vector<RecipeChange>& changes, bool with_tokenizer);

}  // namespace sotto::experiments
