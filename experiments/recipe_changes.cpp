#include "experiments/recipe_changes.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "common/yaml_values.h"

namespace sotto::experiments {

std::vector<RecipeChange> recipe_changes(const std::string& before, const std::string& now) {
  std::map<std::string, RecipeChange> changes;
  for (const auto& [key, value] : yaml_values(before, "recipe before")) {
    changes[key] = {key, value, ""};
  }
  for (const auto& [key, value] : yaml_values(now, "recipe")) {
    changes[key].key = key;
    changes[key].now = value;
  }
  std::vector<RecipeChange> real;
  for (const auto& [key, change] : changes) {
    if (change.before != change.now) {
      real.push_back(change);
    }
  }
  return real;
}

std::string changes_text(const std::vector<RecipeChange>& changes) {
  constexpr size_t kShown = 5;
  const auto shown = [](const std::string& value) { return value.empty() ? "nothing" : value; };
  std::string text;
  for (size_t i = 0; i < std::min(changes.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + changes[i].key + " " + shown(changes[i].before) + " -> " +
            shown(changes[i].now);
  }
  return text + (changes.size() > kShown
                     ? " and " + std::to_string(changes.size() - kShown) + " more"
                     : "");
}

std::vector<RecipeChange> changes_of_network(
    const std::vector<RecipeChange>& changes, bool with_tokenizer) {
  std::vector<RecipeChange> found;
  std::copy_if(
      changes.begin(), changes.end(), std::back_inserter(found), [&](const RecipeChange& change) {
        const std::string group = change.key.substr(0, change.key.find('.'));
        return group == "kind" || group == "model" || group == "language_model" ||
               group == "seed" || (with_tokenizer && group == "tokenizer");
      });
  return found;
}

}  // namespace sotto::experiments
