#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/peers/zip_format.h"

namespace sotto::experiments {

/// A zip of stored entries in memory, its checksums left out.
inline std::string tiny_zip(
    const std::vector<std::pair<std::string_view, std::string_view>>& entries) {
  const auto put = [](std::string& bytes, uint64_t value, size_t width) {
    bytes.append(reinterpret_cast<const char*>(&value), width);
  };
  std::string zip;
  std::string central;
  for (const auto& [name, data] : entries) {
    put(central, kZipCentralHeader, 4);
    central.append(16, '\0');
    put(central, data.size(), 4);
    put(central, data.size(), 4);
    put(central, name.size(), 2);
    central.append(12, '\0');
    put(central, zip.size(), 4);
    central += name;
    put(zip, kZipLocalHeader, 4);
    zip.append(22, '\0');
    put(zip, name.size(), 4);
    zip += name;
    zip += data;
  }
  std::string end;
  put(end, kZipEnd, 4);
  put(end, 0, 4);
  put(end, entries.size(), 2);
  put(end, entries.size(), 2);
  put(end, central.size(), 4);
  put(end, zip.size(), 4);
  put(end, 0, 2);
  return zip + central + end;
}

}  // namespace sotto::experiments
