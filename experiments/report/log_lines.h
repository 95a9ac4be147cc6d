#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sotto::experiments {

/// A line of RUN/log.jsonl.
struct LogLine {
  std::string stage;
  int64_t epoch = 0;
  int64_t step = 0;
  bool validation = true;  ///< lines of old logs, which do not say, are
  nlohmann::json fields;
  std::string text;
};

struct LogLines {
  std::vector<LogLine> lines;
  bool torn = false;  ///< the file ends within a line: its writer was killed
};

/// @throws DataError with file:line for anything but such lines; a torn last one is left out.
LogLines read_log_lines(const std::string& path);
/// Replaces the file at once.
void write_log_lines(const std::string& path, const LogLines& lines);
/// Adds text in one write. @throws DataError.
void append_to_file(const std::string& path, const std::string& text);

}  // namespace sotto::experiments
