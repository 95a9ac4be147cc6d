#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// A media file's path without its extension, as ids are; other dots stay ("section_1_000.80").
std::string without_media_extension(const std::string& path);

/// A path that a list gives, in its plain form, if it stays below the folder that it is relative
/// to: not absolute, no "..", not empty.
std::optional<std::string> path_below(std::string_view path);

bool is_file(const std::filesystem::path& path);

/// The file that an option names: as it is given, or below `root`.
/// @throws ConfigError if there is none, with the option's key.
std::string option_file(
    const std::filesystem::path& root, const std::string& name, const std::string& key);

/// The components of a path.
std::vector<std::string> components(const std::filesystem::path& path);

/// The path with the last folder called `from` called `to`; empty if there is none.
std::filesystem::path with_folder(
    const std::filesystem::path& path, const std::string& from, const std::string& to);

/// What stands in `path` behind its first folder called `name`; nothing if there is no such folder.
/// A folder that holds one of its own name (`test/test`), as some archives unpack, counts once.
std::optional<std::string> path_behind(const std::filesystem::path& path, const std::string& name);

/// Whether a talker is one of about `share` of all, told from the name alone: the same on every
/// machine, whatever other talkers there are.
bool is_held_out(const std::string& talker, double share);

}  // namespace sotto::datasets
