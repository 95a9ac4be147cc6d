#include "experiments/peers/import.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>

#include "common/error.h"
#include "experiments/model_file.h"
#include "experiments/peers/checkpoint_file.h"
#include "experiments/peers/defaults.h"
#include "experiments/peers/derive.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;

/// The checkpoint's tensors under the names here, and what its family's code saves but computes.
struct Renamed {
  std::map<std::string, const CheckpointTensor*> needed;
  std::map<std::string, const CheckpointTensor*> computed;
};

std::string beside(const std::string& checkpoint, const std::string& name) {
  const fs::path path = fs::path(checkpoint).parent_path() / name;
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) ? path.string() : "";
}

PeerConfig find_config(const ImportOptions& options, ImportReport& report) {
  std::string path = options.config;
  for (const char* name : {"model.json", "backbone.json"}) {
    if (path.empty()) {
      path = beside(options.checkpoint, name);
      if (!path.empty()) {
        report.remarks.push_back("configuration " + path);
      }
    }
  }
  return path.empty() ? PeerConfig()
                      : PeerConfig(path, fs::path(options.checkpoint).stem().string());
}

Renamed rename(const CheckpointFile& file, const Family& family) {
  Renamed renamed;
  for (const auto& [name, tensor] : file.tensors()) {
    if (const auto ours = family.ours(name)) {
      if (tensor.elements() == 0) {  // the sizes that it claims would cost nothing
        throw CheckpointError(
            file.mapped()->path() + ": " + name + ": expected a tensor with elements");
      }
      renamed.needed[*ours] = &tensor;
    } else if (family.name == "wenet" && is_position_table(name)) {
      renamed.computed[name] = &tensor;
    }
  }
  return renamed;
}

Shapes shapes_of(const Renamed& renamed, const std::string& path) {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& [name, tensor] : renamed.needed) {
    shapes[name] = tensor->shape;
  }
  return Shapes(path, std::move(shapes));
}

/// A few of many.
std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kShown = 8;
  std::string text;
  for (size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  return names.size() > kShown ? text + " and " + std::to_string(names.size() - kShown) + " more"
                               : text;
}

/// Names and shapes of the network against those of the file. @throws CheckpointError.
void check_names(
    const TensorMap& network, const Renamed& renamed, const Family& family, const std::string& path) {
  std::vector<std::string> missing;
  std::vector<std::string> unexpected;
  std::vector<std::string> shapes;
  for (const auto& [name, tensor] : network) {
    const auto found = renamed.needed.find(name);
    if (found == renamed.needed.end()) {
      missing.push_back(family.theirs(name));
    } else if (found->second->shape != tensor.sizes().vec()) {
      shapes.push_back(
          family.theirs(name) + " " + shape_text(found->second->shape) + " instead of " +
          shape_text(tensor.sizes()));
    }
  }
  for (const auto& entry : renamed.needed) {
    if (network.count(entry.first) == 0) {
      unexpected.push_back(family.theirs(entry.first));
    }
  }
  std::string complaint;
  const auto add = [&](const std::string& what, const std::vector<std::string>& names) {
    if (!names.empty()) {
      complaint += (complaint.empty() ? "" : "; ") + what + " " + listed(names);
    }
  };
  add("missing", missing);
  add("unexpected", unexpected);
  add("of another shape", shapes);
  if (!complaint.empty()) {
    throw CheckpointError(
        path + ": most like a checkpoint of " + family.title + ", but " + complaint);
  }
}

void check_size(const Renamed& renamed, const ImportOptions& options) {
  uint64_t bytes = 0;
  for (const auto* tensors : {&renamed.needed, &renamed.computed}) {
    for (const auto& entry : *tensors) {
      const uint64_t more = entry.second->bytes();
      if (more > options.limit_bytes || bytes + more > options.limit_bytes) {
        throw CheckpointError(
            options.checkpoint + ": its tensors take more than the limit of " +
            std::to_string(options.limit_bytes >> 20) + " MiB; raise it with --limit-mib");
      }
      bytes += more;
    }
  }
}

/// The tensor over the file's pages where it lies there as it is, else a row-major copy.
at::Tensor to_tensor(const CheckpointFile& file, const CheckpointTensor& tensor) {
  const auto type = tensor_type(tensor.type);
  if (!type || (!at::isFloatingType(*type) && *type != at::kLong)) {
    throw CheckpointError(
        file.mapped()->path() + ": weights of type " + tensor.type + " are not supported");
  }
  if (tensor.contiguous()) {
    return mapped_tensor(file.mapped(), tensor.data, tensor.shape, *type);
  }
  const at::Tensor copy = at::empty(tensor.shape, at::TensorOptions().dtype(*type));
  copy_row_major(tensor, static_cast<uint8_t*>(copy.data_ptr()));
  return copy;
}

/// Whether two tensors hold the same: how tied weights are saved, as one storage or as two.
bool same_elements(const CheckpointTensor& a, const CheckpointTensor& b) {
  if (a.type != b.type || a.shape != b.shape) {
    return false;
  }
  if (a.data == b.data && a.strides == b.strides) {
    return true;
  }
  std::vector<uint8_t> first(a.bytes());
  std::vector<uint8_t> second(b.bytes());
  copy_row_major(a, first.data());
  copy_row_major(b, second.data());
  return first == second;
}

/// A language model whose output layer is its embedding holds that under two names.
void untie(Renamed& renamed, bool tied, const std::string& path) {
  if (!tied) {
    return;
  }
  const auto output = renamed.needed.find("decoder.weight");
  const auto embedding = renamed.needed.find("embed.weight");
  if (output == renamed.needed.end() || embedding == renamed.needed.end()) {
    return;
  }
  if (!same_elements(*output->second, *embedding->second)) {
    throw CheckpointError(
        path + ": the configuration ties decoder.weight to embed.weight, but they differ");
  }
  renamed.needed.erase(output);
}

/// Holds what was derived to the ranges that recipes are held to. @throws CheckpointError.
template <class NetworkOptions>
void check_ranges(NetworkOptions& derived, const std::string& path) {
  NetworkOptions copy;
  try {
    read_yaml(write_yaml(derived), "its options", {}, copy);
  } catch (const ConfigError& fault) {
    const std::string all = fault.what();
    throw CheckpointError(
        path + ": there can be no such network: " + all.substr(0, all.find('\n')));
  }
}

}  // namespace

ImportReport import_checkpoint(const ImportOptions& options) {
  ImportReport report;
  const CheckpointFile file(options.checkpoint);
  const PeerConfig config = find_config(options, report);
  std::vector<std::string> names;
  for (const auto& entry : file.tensors()) {
    names.push_back(entry.first);
  }
  const auto family = recognise_family(names, config.kind());
  if (!family) {
    throw CheckpointError(
        options.checkpoint + ": not a checkpoint of a code base that sotto knows (see sotto import " +
        "--help); its names begin with " + listed(names));
  }
  Renamed renamed = rename(file, *family);
  check_size(renamed, options);
  const Shapes shapes = shapes_of(renamed, options.checkpoint);
  ModelCard card;
  card.family = family->name;
  card.name = fs::path(options.checkpoint).stem().string();
  card.about = "imported from " + fs::path(options.checkpoint).filename().string();
  card.domain = "as its authors say (" + family->title + ")";
  card.licence = "as its authors say";
  const int64_t V = derive_vocabulary(shapes);
  if (family->name == "vsr-ml-lm") {
    card.kind = "language_model";
    card.language_model = derive_language_model(shapes, config, report.assumptions);
    check_ranges(card.language_model, options.checkpoint);
    untie(renamed, card.language_model.tie_weights, options.checkpoint);
  } else {
    card.model = derive_model(shapes, *family, config, report.assumptions);
    check_ranges(card.model, options.checkpoint);
  }
  set_vocabulary(
      card, V, config, options.units, beside(options.checkpoint, "units.txt"),
      options.sentencepiece, report);
  set_decoding_defaults(card, config);
  check_names(
      state_of(*build_network(card, options.checkpoint)), renamed, *family, options.checkpoint);

  ModelContents contents = {card, {}, {}};
  for (const auto& [name, tensor] : renamed.needed) {
    contents.tensors[name] = to_tensor(file, *tensor);
    report.weights += contents.tensors[name].numel();
  }
  for (const auto& [name, tensor] : renamed.computed) {
    contents.computed[name] = to_tensor(file, *tensor);
  }
  write_contents(options.out, contents);
  report.family = family->title;
  return report;
}

}  // namespace sotto::experiments
