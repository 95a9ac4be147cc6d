#include "experiments/run_folder.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/error.h"
#include "common/files.h"
#include "experiments/recipe_changes.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;

/// "epoch-0-0012.safetensors" of stage 0: names sort as epochs do.
std::string epoch_prefix(const TrainingState& state) {
  return "epoch-" + std::to_string(state.stage) + "-";
}

}  // namespace

RunFolder::RunFolder(std::string path)
    : path_(std::move(path)), saved_(std::chrono::steady_clock::now()) {}

std::string RunFolder::inside(const std::string& name) const {
  return (fs::path(path_) / name).string();
}

void RunFolder::check(bool resume) const {
  if (fs::exists(path_) && !fs::is_empty(path_) && !resume) {
    throw ConfigError(path_ + ": exists already; add --resume to go on, or choose another --out");
  }
}

bool RunFolder::exists() const {
  return fs::is_directory(path_);
}

void RunFolder::make() const {
  fs::create_directories(inside("checkpoints"));
}

void RunFolder::begin(Recipe& recipe) const {
  remove_partial_files(path_);
  write_file(inside("recipe.yaml"), write_yaml(recipe));
}

void RunFolder::go_on(Recipe& recipe, bool same_vocabulary) const {
  const std::string path = inside("recipe.yaml");
  if (fs::exists(path)) {
    const auto changes = recipe_changes(read_file(path), write_yaml(recipe));
    if (const auto network = changes_of_network(changes, !same_vocabulary); !network.empty()) {
      throw ConfigError(
          path_ + ": a run goes on with the network and the seed that it began with; changed: " +
          changes_text(network) + "; choose another --out");
    }
    if (!changes.empty()) {
      std::fprintf(
          stderr, "the recipe was changed since the run began: %s\n", changes_text(changes).c_str());
    }
  }
  begin(recipe);
}

bool RunFolder::has_checkpoint() const {
  return fs::exists(checkpoint());
}

double RunFolder::minutes_since_save() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_).count() / 60;
}

void RunFolder::saved() {
  saved_ = std::chrono::steady_clock::now();
}

RunLog& RunFolder::open_log() {
  log_ = std::make_unique<RunLog>(path_);
  return *log_;
}

std::vector<std::string> RunFolder::epochs(const TrainingState& state) const {
  std::vector<std::string> paths;
  const std::string prefix = epoch_prefix(state);
  if (!fs::is_directory(inside("checkpoints"))) {
    return paths;
  }
  for (const auto& entry : fs::directory_iterator(inside("checkpoints"))) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) == 0 && entry.path().extension() == ".safetensors") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void RunFolder::keep_epoch(const TrainingState& state, const TensorMap& weights, int64_t count) {
  char number[24];
  std::snprintf(number, sizeof number, "%05lld", static_cast<long long>(state.epoch + 1));
  write_tensors(
      inside("checkpoints/" + epoch_prefix(state) + number + ".safetensors"), weights,
      {{"format", "sotto-weights-1"}});
  const std::vector<std::string> kept = epochs(state);
  for (size_t i = 0; i + static_cast<size_t>(count) < kept.size(); ++i) {
    fs::remove(kept[i]);
  }
}

void RunFolder::write_models(const TensorMap& weights, const ModelCard& card, bool best) {
  write_model(inside("last.safetensors"), weights, card);
  if (best) {
    write_model(inside("best.safetensors"), weights, card);
  }
}

}  // namespace sotto::experiments
