#include <iostream>

#include "experiments/recipe.h"
#include "tools/run.h"
#include "tools/shared_files.h"

extern "C" int sotto_run_recipe(const sotto::tools::RecipeRequest* request) {
  using namespace sotto;
  return tools::run(*request, [&] {
    experiments::Recipe recipe;
    if (!request->recipe.empty()) {
      recipe = experiments::read_recipe(
          tools::recipe_path(*request, request->recipe), request->overrides);
    }
    std::cout << (request->explain ? explain(recipe) : write_yaml(recipe));
    return tools::kDone;
  });
}
