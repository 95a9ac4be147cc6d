#include "experiments/peers/checkpoint_file.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "common/error.h"
#include "experiments/peers/checkpoint_container.h"
#include "experiments/peers/printable.h"
#include "experiments/peers/rebuild_tensor.h"

namespace sotto::experiments {
namespace {

/// The largest published network has 767.
constexpr size_t kTensorLimit = size_t{1} << 16;

struct Entry {
  std::string_view name;
  const PickleValue* tensor;
};

/// The tensors of a dict, in order; a name that was assigned twice keeps its first place and its
/// last value, as in Python.
std::vector<Entry> tensors_in(
    const Pickle& pickle, const PickleValue& dict, const std::string& where) {
  std::vector<Entry> entries;
  std::unordered_map<std::string_view, size_t> places;
  for (size_t i = 0; dict.kind == PickleKind::kDict && i < dict.items.size(); i += 2) {
    const PickleValue& key = pickle.at(dict.items[i]);
    const PickleValue& value = pickle.at(dict.items[i + 1]);
    if (key.kind != PickleKind::kText || !is_tensor(pickle, value, where)) {
      continue;
    }
    const auto [place, is_new] = places.emplace(key.text, entries.size());
    if (is_new) {
      entries.push_back({key.text, &value});
    } else {
      entries[place->second].tensor = &value;
    }
  }
  return entries;
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

/// Takes `prefix` off every name if all have it.
void strip(std::vector<Entry>& entries, std::string_view prefix) {
  const auto has_it = [prefix](const Entry& entry) { return begins_with(entry.name, prefix); };
  if (std::all_of(entries.begin(), entries.end(), has_it)) {
    for (Entry& entry : entries) {
      entry.name.remove_prefix(prefix.size());
    }
  }
}

/// Lightning saves a whole training module; the network is its attribute `model`. A file saved
/// after decoding may hold the network again under other names.
void keep_model(std::vector<Entry>& entries) {
  const auto is_model = [](const Entry& entry) { return begins_with(entry.name, "model."); };
  if (std::any_of(entries.begin(), entries.end(), is_model)) {
    entries.erase(
        std::remove_if(
            entries.begin(), entries.end(), [&](const Entry& e) { return !is_model(e); }),
        entries.end());
  }
}

std::vector<Entry> find_state_dict(
    const Pickle& pickle, const std::string& where, std::string& wrapper) {
  for (const char* key : {"state_dict", "model_state_dict", "model"}) {
    if (const PickleValue* inner = pickle.find(pickle.root(), key)) {
      std::vector<Entry> entries = tensors_in(pickle, *inner, where);
      if (!entries.empty()) {
        wrapper = key;
        return entries;
      }
    }
  }
  return tensors_in(pickle, pickle.root(), where);
}

std::string checked_name(std::string_view name, const std::string& where) {
  constexpr size_t kLongestName = 1000;
  if (name.empty() || name.size() > kLongestName ||
      !std::all_of(name.begin(), name.end(), is_printable)) {
    throw CheckpointError(where + ": expected names of parameters, got '" + printable(name) + "'");
  }
  return std::string(name);
}

}  // namespace

CheckpointFile::CheckpointFile(const std::string& path)
    : file_(std::make_shared<MappedFile>(path)) {
  const auto container = open_container(*file_);
  std::vector<Entry> entries = find_state_dict(container->object(), path, wrapper_);
  if (entries.empty()) {
    throw CheckpointError(
        path +
        ": expected a state dict (names and tensors), got a checkpoint without one; save "
        "model.state_dict()");
  }
  if (wrapper_ == "state_dict") {
    keep_model(entries);
  }
  strip(entries, "model.");
  strip(entries, "module.");
  if (entries.size() > kTensorLimit) {
    throw CheckpointError(
        path + ": expected at most " + std::to_string(kTensorLimit) + " tensors, got " +
        std::to_string(entries.size()));
  }
  for (const Entry& entry : entries) {
    const std::string name = checked_name(entry.name, path);
    const std::string where = std::string(path).append(": ").append(name);
    if (auto tensor = rebuild_tensor(*container, *entry.tensor, where)) {
      tensors_.emplace_back(name, std::move(*tensor));
    }
  }
}

}  // namespace sotto::experiments
