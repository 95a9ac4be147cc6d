#include "experiments/model_file.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <nlohmann/json.hpp>

#include "common/error.h"

namespace sotto::experiments {
namespace {

constexpr const char* kModelFormat = "sotto-model-1";

/// The card's option structs under one roof, as YAML in the metadata.
struct CardOptions : Options {
  explicit CardOptions(ModelCard& card) : card_(card) {}
  void visit(OptionVisitor& v) override {
    v.group("model", card_.model, "network");
    v.group("decode", card_.decode, "how transcripts are searched for");
  }
  void validate() const override {
    card_.model.validate();
    card_.decode.validate();
  }
  ModelCard& card_;
};

std::string shape_text(const at::Tensor& tensor) {
  std::string text = "(";
  for (const int64_t size : tensor.sizes()) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  }
  return text + ")";
}

const std::string& required(
    const std::map<std::string, std::string>& metadata,
    const std::string& key,
    const std::string& path) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    throw CheckpointError(path + ": not a sotto model: its header has no " + key);
  }
  return found->second;
}

/// Every size of a network is a dimension of some tensor or a number of them: a card that asks for
/// more lies, which must be noticed before memory is taken.
void check_sizes(ModelCard& card, const SafetensorsFile& file, const std::string& path) {
  constexpr int64_t kHarmless = 1024;
  int64_t limit = std::max(kHarmless, static_cast<int64_t>(file.entries().size()));
  for (const auto& entry : file.entries()) {
    for (const int64_t size : entry.second.shape) {
      limit = entry.second.bytes > 0 ? std::max(limit, size) : limit;
    }
  }
  const int64_t largest = largest_integer(card.model);
  if (largest > limit) {
    throw CheckpointError(
        path + ": its options ask for a size of " + std::to_string(largest) +
        ", more than any of its tensors has");
  }
}

/// The network that a card describes. A card can lie: what cannot be built is the file's fault.
AvsrModel build(const ModelCard& card, int64_t V, const std::string& path) {
  try {
    return AvsrModel(card.model, V);
  } catch (const ConfigError& fault) {
    throw CheckpointError(path + ": " + fault.what());
  } catch (const c10::Error& fault) {
    const std::string reason = fault.what_without_backtrace();
    throw CheckpointError(
        path + ": its network cannot be built: " + reason.substr(0, reason.find('\n')));
  }
}

}  // namespace

TensorMap state_of(const torch::nn::Module& module) {
  TensorMap state;
  for (const auto& entry : module.named_parameters()) {
    state[entry.key()] = entry.value();
  }
  for (const auto& entry : module.named_buffers()) {
    state[entry.key()] = entry.value();
  }
  return state;
}

void load_state(torch::nn::Module& module, const TensorMap& tensors, const std::string& path) {
  const torch::NoGradGuard no_grad;
  std::string complaints;
  const auto complain = [&](const std::string& what) {
    complaints += (complaints.empty() ? "" : "; ") + what;
  };
  const TensorMap own = state_of(module);
  for (const auto& [name, target] : own) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      complain("missing " + name);
    } else if (found->second.sizes() != target.sizes()) {
      complain(
          name + ": expected " + shape_text(target) + ", got " + shape_text(found->second));
    } else {
      at::Tensor writable = target;
      writable.copy_(found->second);
    }
  }
  for (const auto& entry : tensors) {
    if (own.count(entry.first) == 0) {
      complain("unexpected " + entry.first);
    }
  }
  if (!complaints.empty()) {
    throw CheckpointError(path + ": weights do not fit the model: " + complaints);
  }
}

void write_model(
    const std::string& path, const AvsrModel& network, const ModelCard& card, at::ScalarType type) {
  TensorMap tensors;
  for (const auto& [name, tensor] : state_of(*network)) {
    tensors[name] = tensor.is_floating_point() ? tensor.to(type) : tensor;
  }
  ModelCard copy = card;
  CardOptions options(copy);
  write_tensors(
      path, tensors,
      {{"format", kModelFormat},
       {"name", card.name},
       {"about", card.about},
       {"domain", card.domain},
       {"licence", card.licence},
       {"options", write_yaml(options)},
       {"tokenizer", card.tokenizer_type},
       {"tokens", nlohmann::json(card.tokens).dump()},
       {"family", "sotto"},
       {"checksum", tensors_checksum(tensors)}});
}

ModelCard read_card(const SafetensorsFile& file, const std::string& path) {
  const auto& metadata = file.metadata();
  const std::string format = required(metadata, "format", path);
  if (format != kModelFormat) {
    throw CheckpointError(
        path + ": expected the format " + kModelFormat + ", got " + format +
        "; a newer sotto may read it");
  }
  ModelCard card;
  card.name = required(metadata, "name", path);
  card.about = required(metadata, "about", path);
  card.domain = required(metadata, "domain", path);
  card.licence = required(metadata, "licence", path);
  card.tokenizer_type = required(metadata, "tokenizer", path);
  CardOptions options(card);
  try {
    read_yaml(required(metadata, "options", path), path, {}, options);
    card.tokens = nlohmann::json::parse(required(metadata, "tokens", path));
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(path + ": its token list is not readable");
  } catch (const ConfigError& fault) {
    const std::string what = fault.what();
    throw CheckpointError(what.rfind(path, 0) == 0 ? what : path + ": " + what);
  }
  return card;
}

LoadedModel read_model(const std::string& path) {
  const SafetensorsFile file(path);
  LoadedModel loaded;
  loaded.card = read_card(file, path);
  if (required(file.metadata(), "checksum", path) !=
      checksum_hex(file.data(), file.data_bytes())) {
    throw CheckpointError(path + ": damaged: the weights do not match their checksum");
  }
  try {
    loaded.tokenizer = datasets::make_tokenizer(loaded.card.tokenizer_type, loaded.card.tokens);
  } catch (const Error& fault) {
    throw CheckpointError(path + ": " + fault.what());
  }
  check_sizes(loaded.card, file, path);
  loaded.network = build(loaded.card, loaded.tokenizer->size(), path);
  TensorMap tensors;
  for (const auto& entry : file.entries()) {
    tensors[entry.first] = to_tensor(file, entry.first);
  }
  load_state(*loaded.network, tensors, path);
  loaded.network->eval();
  return loaded;
}

}  // namespace sotto::experiments
