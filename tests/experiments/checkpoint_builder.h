#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/files.h"
#include "experiments/peers/zip_writer.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {

// Checkpoints byte by byte, right and wrong ones.

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
std::string number(T value) {
  return raw(std::vector<T>{value});
}

inline std::string unhex(const std::string& digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// Pieces of a pickle.

inline std::string pickled(const std::string& text) {
  return "X" + number(static_cast<uint32_t>(text.size())) + text;
}

inline std::string pickled(int64_t integer) {
  return "\x8a\x08" + number(integer);
}

inline std::string pickled(const std::vector<int64_t>& tuple) {
  std::string items;
  for (const int64_t item : tuple) {
    items += pickled(item);
  }
  return "(" + items + "t";
}

inline std::string storage(
    const std::string& key, int64_t elements, const std::string& type = "FloatStorage") {
  return "(" + pickled("storage") + "ctorch\n" + type + "\n" + pickled(key) + pickled("cpu") +
         pickled(elements) + "tQ";
}

inline std::string tensor(
    const std::string& storage,
    int64_t first,
    const std::vector<int64_t>& shape,
    const std::vector<int64_t>& strides) {
  return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + pickled(first) + pickled(shape) +
         pickled(strides) + "\x89" + "ccollections\nOrderedDict\n)RtR";
}

/// One float vector over the whole of a storage of three elements.
inline std::string three_floats(const std::string& key = "0") {
  return tensor(storage(key, 3), 0, {3}, {1});
}

inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string items;
  for (const auto& [key, value] : entries) {
    items += pickled(key) + value;
  }
  return "}(" + items + "u";
}

inline std::string whole_pickle(const std::string& value) {
  return "\x80\x02" + value + ".";
}

using Files = std::vector<std::pair<std::string, std::string>>;

inline std::string zip_of(const Files& files, uint64_t zip64_from = kZip64Marker) {
  const TemporaryFolder folder;
  ZipWriter zip(folder / "zip", zip64_from);
  for (const auto& [name, bytes] : files) {
    zip.add(name, bytes);
  }
  zip.commit();
  return read_file(folder / "zip");
}

/// A zip checkpoint of this object and the storages "0", "1", ...
inline std::string checkpoint_of(
    const std::string& object, const std::vector<std::string>& storages = {}) {
  Files files = {{"archive/data.pkl", whole_pickle(object)}};
  for (size_t i = 0; i < storages.size(); ++i) {
    files.emplace_back("archive/data/" + std::to_string(i), storages[i]);
  }
  return zip_of(files);
}

}  // namespace sotto::experiments
