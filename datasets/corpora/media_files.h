#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sotto::datasets {

/// Whether the name ends as media files do (mp4, mkv, mpg, wav, ...), in any case of letters.
bool has_media_extension(const std::filesystem::path& path);

/// Whether the name is that of a file for sound alone (wav, flac, ...).
bool has_sound_extension(const std::filesystem::path& path);

/// Media files below `root`, as sorted paths relative to it. Hidden files are left out. Links to
/// folders are followed right below the root, where parts of a corpus may lie on other disks, and
/// nowhere else, where they could run in circles.
/// @throws DataError if `root` is no folder that can be read.
std::vector<std::filesystem::path> media_files(const std::string& root);

/// The same without the sound that lies beside a video of the same name.
std::vector<std::filesystem::path> clip_files(const std::string& root);

/// The text of a small file without a byte order mark. @throws DataError.
std::string read_text(const std::filesystem::path& path);

}  // namespace sotto::datasets
