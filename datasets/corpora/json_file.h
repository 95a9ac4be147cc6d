#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sotto::datasets {

/// A JSON file of at most 256 MiB and 16 levels. @throws DataError.
nlohmann::json read_json(const std::string& path);

/// The JSON files up to three folders below `root` but in folders called `video` or `audio`,
/// sorted.
std::vector<std::filesystem::path> json_files(const std::filesystem::path& root);

}  // namespace sotto::datasets
