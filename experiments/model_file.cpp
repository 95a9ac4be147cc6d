#include "experiments/model_file.h"

#include <algorithm>
#include <functional>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/utils.h>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "common/skip_initialisation.h"

namespace sotto::experiments {
namespace {

constexpr const char* kModelFormat = "sotto-model-1";
constexpr const char* kRecogniser = "recogniser";
constexpr const char* kLanguageModel = "language_model";
/// The tensor that holds the tokenizer's own model.
constexpr const char* kTokenizerTensor = "tokenizer.model";
/// Stands before the names of ModelContents::computed.
constexpr const char* kComputedPrefix = "computed/";

/// The card's option structs under one roof, as YAML in the metadata.
struct CardOptions : Options {
  explicit CardOptions(ModelCard& card) : card_(card) {}
  void visit(OptionVisitor& v) override {
    if (card_.kind == kLanguageModel) {
      v.group("language_model", card_.language_model, "network");
    } else {
      v.group("model", card_.model, "network");
      v.group("decode", card_.decode, "how transcripts are searched for");
    }
  }
  void validate() const override {
    if (card_.kind == kLanguageModel) {
      card_.language_model.validate();
    } else {
      card_.model.validate();
      card_.decode.validate();
    }
  }
  ModelCard& card_;
};

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

std::string optional(
    const std::map<std::string, std::string>& metadata,
    const std::string& key,
    const std::string& otherwise) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? otherwise : found->second;
}

/// Every size of a network is a dimension of some tensor or a number of them: a card that asks for
/// more lies, which must be noticed before memory is taken.
void check_sizes(ModelCard& card, const SafetensorsFile& file, const std::string& path) {
  constexpr int64_t kHarmless = 4096;  // defaults of parts that the model lacks stay below
  int64_t limit = std::max(kHarmless, static_cast<int64_t>(file.entries().size()));
  for (const auto& entry : file.entries()) {
    for (const int64_t size : entry.second.shape) {
      limit = entry.second.bytes > 0 ? std::max(limit, size) : limit;
    }
  }
  const int64_t largest = card.kind == kLanguageModel ? largest_integer(card.language_model)
                                                      : largest_integer(card.model);
  if (largest > limit) {
    throw CheckpointError(
        path + ": its options ask for a size of " + std::to_string(largest) +
        ", more than any of its tensors has");
  }
}

/// Hands every tensor of `own` its counterpart. @throws CheckpointError with the first things that
/// are wrong.
void match_state(
    const TensorMap& own,
    const TensorMap& tensors,
    const std::string& path,
    const std::function<void(at::Tensor target, const at::Tensor& source)>& take) {
  constexpr int kShown = 3;
  int count = 0;
  std::string complaints;
  const auto complain = [&](const std::string& what) {
    if (++count <= kShown) {
      complaints += (complaints.empty() ? "" : "; ") + what;
    }
  };
  for (const auto& [name, target] : own) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      complain("missing " + name);
    } else if (found->second.sizes() != target.sizes()) {
      complain(
          name + ": expected " + shape_text(target.sizes()) + ", got " +
          shape_text(found->second.sizes()));
    } else {
      take(target, found->second);
    }
  }
  for (const auto& entry : tensors) {
    if (own.count(entry.first) == 0) {
      complain("unexpected " + entry.first);
    }
  }
  if (!complaints.empty()) {
    throw CheckpointError(
        path + ": weights do not fit the model: " + complaints +
        (count > kShown ? " and " + std::to_string(count - kShown) + " more" : ""));
  }
}

void expect_kind(const ModelCard& card, const char* kind, const std::string& path) {
  if (card.kind != kind) {
    throw CheckpointError(
        path + ": expected a " + (kind == std::string(kLanguageModel) ? "language model" : kind) +
        ", got a " + (card.kind == kLanguageModel ? "language model; give it as --lm" : card.kind));
  }
}

/// The network of a file's card over the file's pages, in evaluation mode.
std::shared_ptr<torch::nn::Module> load_network(
    const ModelContents& contents, const std::string& path) {
  auto network = build_network(contents.card, path);
  adopt_state(*network, contents.tensors, path);
  network->eval();
  return network;
}

}  // namespace

void set_tokenizer(ModelCard& card, const datasets::Tokenizer& tokenizer) {
  card.tokenizer_type = tokenizer.type();
  card.tokens = tokenizer.tokens();
  card.tokenizer_model = tokenizer.model();
}

std::string vocabulary_checksum(const ModelCard& card) {
  std::string all = card.tokenizer_type + '\0' + card.tokenizer_model;
  for (const std::string& token : card.tokens) {
    all += '\0' + token;
  }
  return checksum_hex(all.data(), all.size());
}

std::shared_ptr<const datasets::Tokenizer> tokenizer_of(const ModelCard& card) {
  return datasets::make_tokenizer(card.tokenizer_type, card.tokens, card.tokenizer_model);
}

std::vector<std::string> numbered_tokens(int64_t V) {
  std::vector<std::string> tokens = {"<blank>"};
  for (int64_t id = 1; id + 1 < V; ++id) {
    tokens.push_back("<" + std::to_string(id) + ">");
  }
  tokens.push_back("<eos>");
  return tokens;
}

bool are_numbered(const std::vector<std::string>& tokens) {
  return tokens.size() > 1 && tokens[1] == "<1>";
}

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
  match_state(state_of(module), tensors, path, [](at::Tensor target, const at::Tensor& source) {
    target.copy_(source);
  });
}

void adopt_state(torch::nn::Module& module, const TensorMap& tensors, const std::string& path) {
  const torch::NoGradGuard no_grad;
  match_state(state_of(module), tensors, path, [](at::Tensor target, const at::Tensor& source) {
    target.set_data(source.to(target.scalar_type()));
  });
}

std::shared_ptr<torch::nn::Module> build_network(const ModelCard& card, const std::string& path) {
  const SkipInitialisation skip;
  const auto V = static_cast<int64_t>(card.tokens.size());
  try {
    if (card.kind == kLanguageModel) {
      return std::make_shared<decoding::TransformerLmImpl>(card.language_model, V);
    }
    return std::make_shared<AvsrModelImpl>(card.model, V);
  } catch (const ConfigError& fault) {
    throw CheckpointError(path + ": " + fault.what());
  } catch (const c10::Error& fault) {
    const std::string reason = fault.what_without_backtrace();
    throw CheckpointError(
        path + ": its network cannot be built: " + reason.substr(0, reason.find('\n')));
  }
}

void write_model(
    const std::string& path,
    const TensorMap& state,
    const ModelCard& card,
    std::optional<at::ScalarType> type) {
  write_contents(path, {card, state, {}}, type);
}

void write_contents(
    const std::string& path, const ModelContents& contents, std::optional<at::ScalarType> type) {
  const ModelCard& card = contents.card;
  TensorMap tensors;
  for (const auto& [name, tensor] : contents.tensors) {
    tensors[name] = tensor.is_floating_point() && type ? tensor.to(*type) : tensor;
  }
  for (const auto& [name, tensor] : contents.computed) {
    tensors[kComputedPrefix + name] = tensor;
  }
  std::string tokenizer_model = card.tokenizer_model;
  if (!tokenizer_model.empty()) {
    tensors[kTokenizerTensor] = at::from_blob(
        tokenizer_model.data(), {static_cast<int64_t>(tokenizer_model.size())}, at::kByte);
  }
  ModelCard copy = card;
  CardOptions options(copy);
  std::map<std::string, std::string> metadata = {
       {"format", kModelFormat},
       {"kind", card.kind},
       {"name", card.name},
       {"about", card.about},
       {"domain", card.domain},
       {"licence", card.licence},
       {"options", write_yaml(options)},
       {"tokenizer", card.tokenizer_type},
       {"tokens", nlohmann::json(card.tokens).dump()},
       {"family", card.family},
       {"checksum", tensors_checksum(tensors)}};
  if (!card.label_words.empty()) {
    metadata["label_words"] = nlohmann::json(card.label_words).dump();
  }
  if (copy.calibration.any()) {
    metadata["calibration"] = write_yaml(copy.calibration);
  }
  if (!card.text_rules.empty()) {
    metadata["text_rules"] = card.text_rules;
  }
  if (card.longest_s > 0) {
    metadata["longest_s"] = nlohmann::json(card.longest_s).dump();
  }
  write_tensors(path, tensors, metadata);
}

ModelCard read_card(const SafetensorsFile& file, const std::string& path) {
  const auto& metadata = file.metadata();
  const std::string format = required(metadata, "format", path);
  if (format.rfind("sotto-checkpoint", 0) == 0 || format.rfind("sotto-weights", 0) == 0) {
    throw CheckpointError(
        path + ": this is what a training goes on from, not a model; the run's models are "
        "best.safetensors and last.safetensors");
  }
  if (format != kModelFormat) {
    throw CheckpointError(
        path + ": expected the format " + kModelFormat + ", got " + format +
        "; a newer sotto may read it");
  }
  ModelCard card;
  card.kind = optional(metadata, "kind", kRecogniser);
  if (card.kind != kRecogniser && card.kind != kLanguageModel) {
    throw CheckpointError(path + ": its kind '" + card.kind + "' is not known");
  }
  card.name = required(metadata, "name", path);
  card.about = required(metadata, "about", path);
  card.domain = required(metadata, "domain", path);
  card.licence = required(metadata, "licence", path);
  card.family = optional(metadata, "family", card.family);
  card.tokenizer_type = required(metadata, "tokenizer", path);
  card.text_rules = optional(metadata, "text_rules", "");
  CardOptions options(card);
  try {
    read_yaml(required(metadata, "options", path), path, {}, options);
    card.tokens = nlohmann::json::parse(required(metadata, "tokens", path));
    card.label_words = nlohmann::json::parse(optional(metadata, "label_words", "[]"));
    read_yaml(optional(metadata, "calibration", ""), path, {}, card.calibration);
    card.longest_s = nlohmann::json::parse(optional(metadata, "longest_s", "0"));
    if (!(card.longest_s >= 0 && card.longest_s <= 36000)) {
      throw CheckpointError(path + ": its longest_s is not within 0 and 36000 s");
    }
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(path + ": its tokens, label words or longest_s are not readable");
  } catch (const ConfigError& fault) {
    const std::string what = fault.what();
    throw CheckpointError(what.rfind(path, 0) == 0 ? what : path + ": " + what);
  }
  if (!card.label_words.empty() &&
      static_cast<int64_t>(card.label_words.size()) + 1 != card.model.label_classes) {
    throw CheckpointError(
        path + ": its frame labels have " + std::to_string(card.model.label_classes) +
        " classes, expected " + std::to_string(card.label_words.size()) + " words and silence");
  }
  const auto tokenizer = file.entries().find(kTokenizerTensor);
  if (tokenizer != file.entries().end()) {
    card.tokenizer_model.assign(
        reinterpret_cast<const char*>(tokenizer->second.data), tokenizer->second.bytes);
  }
  return card;
}

ModelContents read_contents(const std::string& path) {
  const SafetensorsFile file(path);
  ModelContents contents;
  contents.file = file.mapped();
  contents.card = read_card(file, path);
  if (required(file.metadata(), "checksum", path) !=
      checksum_hex(file.data(), file.data_bytes())) {
    throw CheckpointError(path + ": damaged: the weights do not match their checksum");
  }
  check_sizes(contents.card, file, path);
  for (const auto& entry : file.entries()) {
    if (entry.first.rfind(kComputedPrefix, 0) == 0) {
      contents.computed[entry.first.substr(std::string(kComputedPrefix).size())] =
          to_tensor(file, entry.first);
    } else if (entry.first != kTokenizerTensor) {
      contents.tensors[entry.first] = to_tensor(file, entry.first);
    }
  }
  return contents;
}

LoadedModel read_model(const std::string& path) {
  const ModelContents contents = read_contents(path);
  expect_kind(contents.card, kRecogniser, path);
  LoadedModel loaded;
  loaded.card = contents.card;
  try {
    loaded.tokenizer = tokenizer_of(loaded.card);
  } catch (const Error& fault) {
    throw CheckpointError(path + ": " + fault.what());
  }
  loaded.network =
      AvsrModel(std::dynamic_pointer_cast<AvsrModelImpl>(load_network(contents, path)));
  loaded.file = contents.file;
  return loaded;
}

LoadedLanguageModel read_language_model(const std::string& path) {
  const ModelContents contents = read_contents(path);
  expect_kind(contents.card, kLanguageModel, path);
  return {
      contents.card,
      decoding::TransformerLm(std::dynamic_pointer_cast<decoding::TransformerLmImpl>(
          load_network(contents, path))),
      contents.file};
}

namespace {

void pack_network(
    torch::nn::Module& network, const std::shared_ptr<MappedFile>& file, Precision precision) {
  const at::NoGradGuard no_grad;
  pack_for_inference(network, precision, [&] {
    if (file) {
      file->forget();
    }
  });
}

}  // namespace

void pack(LoadedModel& model, Precision precision) {
  pack_network(*model.network, model.file, precision);
}

void pack(LoadedLanguageModel& model, Precision precision) {
  pack_network(*model.network, model.file, precision);
}

}  // namespace sotto::experiments
