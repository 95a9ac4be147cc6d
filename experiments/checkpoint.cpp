#include "experiments/checkpoint.h"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "experiments/model_file.h"

namespace sotto::experiments {
namespace {

constexpr const char* kCheckpointFormat = "sotto-checkpoint-2";

TensorMap with_prefix(const TensorMap& tensors, const std::string& prefix) {
  TensorMap named;
  for (const auto& entry : tensors) {
    if (entry.first.rfind(prefix, 0) == 0) {
      named[entry.first.substr(prefix.size())] = entry.second;
    }
  }
  return named;
}

void add(TensorMap& tensors, const std::string& prefix, const TensorMap& more) {
  for (const auto& [name, value] : more) {
    tensors[prefix + name] = value;
  }
}

nlohmann::json place_of(const SafetensorsFile& file, const std::string& path) {
  const auto& metadata = file.metadata();
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kCheckpointFormat ||
      metadata.count("state") == 0 || metadata.count("checksum") == 0) {
    throw CheckpointError(path + ": not a checkpoint of this version of sotto");
  }
  return nlohmann::json::parse(metadata.at("state"), nullptr, false);
}

/// Calls `read` with the state of a checkpoint; what it cannot read is the file's fault.
template <class F>
auto with_place(const SafetensorsFile& file, const std::string& path, const F& read) {
  try {
    return read(place_of(file, path));
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(path + ": its state is not readable");
  }
}

}  // namespace

void write_checkpoint(
    const std::string& path,
    const torch::nn::Module& network,
    const Optimiser& optimiser,
    const MovingAverage* average,
    const TrainingState& state) {
  TensorMap tensors;
  add(tensors, "model.", state_of(network));
  add(tensors, "", optimiser.moments());
  if (average != nullptr) {
    add(tensors, "average.", average->values());
  }
  nlohmann::json place = {
      {"stage", state.stage},
      {"epoch", state.epoch},
      {"batch", state.batch},
      {"step", state.step},
      {"stale", state.stale},
      {"best_error", state.best_error},
      {"losses", state.losses},
      {"recent", state.recent},
      {"recent_steps", state.recent_steps},
      {"steps", optimiser.steps()},
      {"vocabulary", state.vocabulary}};
  if (state.loss_scale) {
    place["loss_scale"] = {state.loss_scale->scale, state.loss_scale->good_steps};
  }
  write_tensors(
      path, tensors,
      {{"format", kCheckpointFormat},
       {"state", place.dump()},
       {"checksum", tensors_checksum(tensors)}});
}

TrainingState read_checkpoint_state(const std::string& path) {
  return with_place(SafetensorsFile(path), path, [](const nlohmann::json& place) {
    TrainingState state;
    state.stage = place.at("stage");
    state.epoch = place.at("epoch");
    state.batch = place.at("batch");
    state.step = place.at("step");
    state.stale = place.at("stale");
    state.best_error = place.at("best_error");
    place.at("losses").get_to(state.losses);
    place.at("recent").get_to(state.recent);
    state.recent_steps = place.at("recent_steps");
    state.vocabulary = place.value("vocabulary", "");
    if (place.contains("loss_scale")) {
      const auto& scale = place.at("loss_scale");
      state.loss_scale = LossScale{scale.at(0), scale.at(1)};
    }
    return state;
  });
}

void read_checkpoint(
    const std::string& path,
    torch::nn::Module& network,
    Optimiser& optimiser,
    MovingAverage* average) {
  const SafetensorsFile file(path);
  const auto steps = with_place(file, path, [](const nlohmann::json& place) {
    return place.at("steps").get<std::map<std::string, int64_t>>();
  });
  if (file.metadata().at("checksum") != checksum_hex(file.data(), file.data_bytes())) {
    throw CheckpointError(path + ": damaged: it does not match its checksum");
  }
  TensorMap tensors;
  for (const auto& entry : file.entries()) {
    tensors[entry.first] = to_tensor(file, entry.first);
  }
  load_state(network, with_prefix(tensors, "model."), path);
  optimiser.restore(tensors, steps);
  const TensorMap values = with_prefix(tensors, "average.");
  if (values.size() != (average != nullptr ? average->values().size() : 0)) {
    throw CheckpointError(
        path + (values.empty() ? ": it has no average of the weights" : ": it has an average of the weights") +
        "; optimiser.ema cannot change within a run");
  }
  if (average != nullptr) {
    average->restore(values);
  }
}

}  // namespace sotto::experiments
