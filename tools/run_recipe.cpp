#include <iostream>

#include "common/safetensors.h"
#include "experiments/recipe.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::Recipe recipe_of(const tools::RecipeRequest& request) {
  if (is_safetensors(request.recipe)) {
    experiments::Recipe recipe = experiments::recipe_of_model(request.recipe);
    read_yaml(write_yaml(recipe), request.recipe, request.overrides, recipe);
    return recipe;
  }
  return request.recipe.empty() ? experiments::Recipe()
                                : experiments::read_recipe(
                                      tools::recipe_path(request, request.recipe),
                                      request.overrides, request.beside);
}

/// Every knob of the recipe, or, without one, of recipes of each kind.
std::string explain_recipe(experiments::Recipe& recipe, bool given) {
  std::string text = explain(recipe);
  if (!given) {
    experiments::Recipe other;
    other.kind = "language_model";
    text += "\nA recipe of kind: language_model has these instead.\n\n" + explain(other);
  }
  return text;
}

}  // namespace

extern "C" int sotto_run_recipe(const tools::RecipeRequest* request) {
  return tools::run(*request, [&] {
    experiments::Recipe recipe = recipe_of(*request);
    std::cout << (request->explain ? explain_recipe(recipe, !request->recipe.empty())
                                  : write_yaml(recipe));
    return tools::kDone;
  });
}
