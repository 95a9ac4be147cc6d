#include "experiments/checkpoint.h"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "common/compat.h"
#include "common/error.h"
#include "experiments/model_file.h"

namespace sotto::experiments {
namespace {

constexpr const char* kCheckpointFormat = "sotto-checkpoint-1";

/// The key under which an optimiser keeps what it knows of a parameter.
auto state_key(const at::Tensor& parameter) {
#if SOTTO_TORCH_AT_LEAST(2, 0)
  return static_cast<void*>(parameter.unsafeGetTensorImpl());
#else
  return c10::guts::to_string(parameter.unsafeGetTensorImpl());
#endif
}

TensorMap with_prefix(const TensorMap& tensors, const std::string& prefix) {
  TensorMap named;
  for (const auto& entry : tensors) {
    if (entry.first.rfind(prefix, 0) == 0) {
      named[entry.first.substr(prefix.size())] = entry.second;
    }
  }
  return named;
}

}  // namespace

void write_checkpoint(
    const std::string& path,
    const torch::nn::Module& network,
    torch::optim::AdamW& optimiser,
    const TrainingState& state) {
  TensorMap tensors;
  for (const auto& entry : state_of(network)) {
    tensors["model." + entry.first] = entry.second;
  }
  std::map<std::string, int64_t> steps;
  for (const auto& entry : network.named_parameters()) {
    const auto found = optimiser.state().find(state_key(entry.value()));
    if (found != optimiser.state().end()) {
      const auto& moments = static_cast<torch::optim::AdamWParamState&>(*found->second);
      tensors["first." + entry.key()] = moments.exp_avg();
      tensors["second." + entry.key()] = moments.exp_avg_sq();
      steps[entry.key()] = moments.step();
    }
  }
  const nlohmann::json place = {
      {"stage", state.stage},
      {"epoch", state.epoch},
      {"batch", state.batch},
      {"step", state.step},
      {"best_error", state.best_error},
      {"losses", state.losses},
      {"steps", steps}};
  write_tensors(
      path, tensors,
      {{"format", kCheckpointFormat}, {"state", place.dump()}, {"checksum", tensors_checksum(tensors)}});
}

namespace {

nlohmann::json place_of(const SafetensorsFile& file, const std::string& path) {
  const auto& metadata = file.metadata();
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kCheckpointFormat || metadata.count("state") == 0 ||
      metadata.count("checksum") == 0) {
    throw CheckpointError(path + ": not a checkpoint of this version of sotto");
  }
  return nlohmann::json::parse(metadata.at("state"), nullptr, false);
}

/// Optimiser steps that each parameter has seen.
std::map<std::string, int64_t> steps_of(const SafetensorsFile& file, const std::string& path) {
  try {
    return place_of(file, path).at("steps");
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(path + ": its state is not readable");
  }
}

}  // namespace

TrainingState read_checkpoint_state(const std::string& path) {
  const SafetensorsFile file(path);
  try {
    const nlohmann::json place = place_of(file, path);
    TrainingState state;
    state.stage = place.at("stage");
    state.epoch = place.at("epoch");
    state.batch = place.at("batch");
    state.step = place.at("step");
    state.best_error = place.at("best_error");
    state.losses = place.value("losses", std::map<std::string, double>());
    return state;
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(path + ": its state is not readable");
  }
}

void read_checkpoint(
    const std::string& path, torch::nn::Module& network, torch::optim::AdamW& optimiser) {
  const SafetensorsFile file(path);
  const auto steps = steps_of(file, path);
  if (file.metadata().at("checksum") != checksum_hex(file.data(), file.data_bytes())) {
    throw CheckpointError(path + ": damaged: it does not match its checksum");
  }
  TensorMap tensors;
  for (const auto& entry : file.entries()) {
    tensors[entry.first] = to_tensor(file, entry.first);
  }
  load_state(network, with_prefix(tensors, "model."), path);
  const TensorMap first = with_prefix(tensors, "first.");
  const TensorMap second = with_prefix(tensors, "second.");
  for (const auto& entry : network.named_parameters()) {
    const auto moment = first.find(entry.key());
    if (moment == first.end() || second.count(entry.key()) == 0 || steps.count(entry.key()) == 0) {
      continue;
    }
    auto moments = std::make_unique<torch::optim::AdamWParamState>();
    moments->exp_avg(moment->second.clone().to(entry.value().device()));
    moments->exp_avg_sq(second.at(entry.key()).clone().to(entry.value().device()));
    moments->step(steps.at(entry.key()));
    optimiser.state()[state_key(entry.value())] = std::move(moments);
  }
}

}  // namespace sotto::experiments
