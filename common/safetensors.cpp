#include "common/safetensors.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "common/error.h"

namespace sotto {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHeaderLimit = size_t{100} << 20;

/// Elements of a tensor, zero dimensions left out: far above any file, far below overflow.
constexpr uint64_t kExtentLimit = uint64_t{1} << 56;
/// Objects and arrays inside one another in a header: the file, a tensor, its shape.
constexpr int kHeaderDepth = 3;

size_t aligned(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// A header that cannot be read; becomes the same message as the JSON library's faults.
struct HeaderFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  throw CheckpointError(path + ": not a whole safetensors file: " + what);
}

/// The format knows whole numbers only; the JSON library would round or convert others.
uint64_t whole_number(const nlohmann::json& value) {
  if (!value.is_number_unsigned()) {
    throw HeaderFault("expected a whole number");
  }
  return value.get<uint64_t>();
}

const nlohmann::json& array_in(const nlohmann::json& value, const char* key) {
  const nlohmann::json& array = value.at(key);
  if (!array.is_array()) {
    throw HeaderFault("expected a list");
  }
  return array;
}

/// Reads the header; a nest of brackets is refused before it takes memory.
nlohmann::json parse_header(const char* text, size_t bytes) {
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kHeaderDepth) {
      throw HeaderFault("too deep");
    }
    return true;
  };
  nlohmann::json header = nlohmann::json::parse(text, text + bytes, shallow);
  if (!header.is_object()) {
    throw HeaderFault("expected names and values");
  }
  return header;
}

/// Product of the shape. Sizes are checked one by one, so that neither the product nor the later
/// arithmetic of a reader can overflow, dimensions of size 0 included.
size_t count_elements(
    const std::string& path, const std::string& name, const nlohmann::json& shape, size_t limit) {
  size_t count = 1;
  size_t extent = 1;  // the product without the zeros
  for (const nlohmann::json& dimension : shape) {
    const auto size = whole_number(dimension);
    if (size > kExtentLimit || extent > kExtentLimit / std::max<uint64_t>(size, 1)) {
      damaged(path, "tensor " + name + " is larger than the file");
    }
    extent *= std::max<uint64_t>(size, 1);
    count *= size;
  }
  if (count > limit) {
    damaged(path, "tensor " + name + " is larger than the file");
  }
  return count;
}

SafetensorsEntry parse_entry(
    const std::string& path,
    const std::string& name,
    const nlohmann::json& value,
    const uint8_t* data,
    size_t data_bytes) {
  SafetensorsEntry entry;
  entry.type = value.at("dtype").get<std::string>();
  const size_t item = safetensors_type_size(entry.type);
  if (item == 0) {
    damaged(path, "tensor " + name + " has the unknown type " + entry.type);
  }
  const nlohmann::json& shape = array_in(value, "shape");
  const nlohmann::json& offsets = array_in(value, "data_offsets");
  const size_t count = count_elements(path, name, shape, data_bytes);
  entry.shape = shape.get<std::vector<int64_t>>();
  const uint64_t begin = whole_number(offsets.at(0));
  const uint64_t end = whole_number(offsets.at(1));
  if (begin > end || end > data_bytes || end - begin != count * item) {
    damaged(path, "tensor " + name + " does not fit the file");
  }
  entry.data = data + begin;
  entry.bytes = end - begin;
  return entry;
}

/// The header and the data's layout of a file with these entries.
struct Layout {
  std::string header;
  size_t data_bytes = 0;
};

using Named = std::pair<const std::string, SafetensorsEntry>;

/// The format allows no gaps: wide elements come first, so that each tensor stays aligned to its
/// element.
std::vector<const Named*> file_order(const std::map<std::string, SafetensorsEntry>& entries) {
  std::vector<const Named*> order;
  for (const Named& entry : entries) {
    order.push_back(&entry);
  }
  std::stable_sort(order.begin(), order.end(), [](const Named* a, const Named* b) {
    return safetensors_type_size(a->second.type) > safetensors_type_size(b->second.type);
  });
  return order;
}

Layout lay_out(
    const std::map<std::string, SafetensorsEntry>& entries,
    const std::map<std::string, std::string>& metadata) {
  nlohmann::json header = nlohmann::json::object();
  if (!metadata.empty()) {
    header["__metadata__"] = metadata;
  }
  Layout layout;
  for (const Named* named : file_order(entries)) {
    const auto& [name, entry] = *named;
    header[name] = {
        {"dtype", entry.type},
        {"shape", entry.shape},
        {"data_offsets", {layout.data_bytes, layout.data_bytes + entry.bytes}}};
    layout.data_bytes += entry.bytes;
  }
  layout.header = header.dump();
  layout.header.resize(aligned(8 + layout.header.size()) - 8, ' ');
  return layout;
}

}  // namespace

size_t safetensors_type_size(const std::string& type) {
  static const std::map<std::string, size_t> sizes = {
      {"F64", 8},
      {"I64", 8},
      {"F32", 4},
      {"I32", 4},
      {"F16", 2},
      {"BF16", 2},
      {"I16", 2},
      {"I8", 1},
      {"U8", 1},
      {"BOOL", 1}};
  const auto found = sizes.find(type);
  return found == sizes.end() ? 0 : found->second;
}

bool is_safetensors(const std::string& path) {
  return std::filesystem::path(path).extension() == ".safetensors";
}

SafetensorsFile::SafetensorsFile(const std::string& path)
    : file_(std::make_shared<MappedFile>(path)) {
  if (file_->size() < 8) {
    damaged(path, "shorter than 8 bytes");
  }
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, file_->data(), 8);
  if (header_bytes > file_->size() - 8 || header_bytes > kHeaderLimit) {
    damaged(path, "its header is longer than the file");
  }
  data_ = file_->data() + 8 + header_bytes;
  data_bytes_ = file_->size() - 8 - header_bytes;
  try {
    const auto* text = reinterpret_cast<const char*>(file_->data() + 8);
    const nlohmann::json header = parse_header(text, header_bytes);
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = value.get<std::map<std::string, std::string>>();
      } else {
        entries_[name] = parse_entry(path, name, value, data_, data_bytes_);
      }
    }
  } catch (const nlohmann::json::exception&) {
    damaged(path, "its header is not readable");
  } catch (const HeaderFault&) {
    damaged(path, "its header is not readable");
  }
}

void write_safetensors(
    const std::string& path,
    const std::map<std::string, SafetensorsEntry>& entries,
    const std::map<std::string, std::string>& metadata) {
  Layout layout;
  try {
    layout = lay_out(entries, metadata);
  } catch (const nlohmann::json::exception&) {
    throw DataError(path + ": expected names and metadata in UTF-8");
  }
  const uint64_t header_bytes = layout.header.size();
  AtomicFile file(path);
  file.write(&header_bytes, 8);
  file.write(layout.header);
  for (const Named* named : file_order(entries)) {
    file.write(named->second.data, named->second.bytes);
  }
  file.commit();
}

std::string safetensors_checksum(const std::map<std::string, SafetensorsEntry>& entries) {
  Checksum sum;
  for (const Named* named : file_order(entries)) {
    sum.add(named->second.data, named->second.bytes);
  }
  return sum.hex();
}

}  // namespace sotto
