#include "experiments/clip_texts.h"

#include <algorithm>
#include <filesystem>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/utf8.h"
#include "experiments/score_files.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const std::string& path) {
  std::string text = read_file(path, size_t{64} << 20);
  if (!datasets::is_utf8(text)) {
    throw DataError(path + ": expected UTF-8 text");
  }
  return text;
}

}  // namespace

ClipTexts::ClipTexts(TextSource source, size_t clips) : source_(std::move(source)) {
  const int given = static_cast<int>(!source_.text.empty()) +
                    static_cast<int>(!source_.file.empty()) +
                    static_cast<int>(!source_.lines.empty());
  if (given > 1) {
    throw ConfigError("align: expected one of --text, --text-file and --texts");
  }
  if (clips > 1 && (!source_.text.empty() || !source_.file.empty())) {
    throw ConfigError(
        "align: --text and --text-file are for one clip; give --texts, or a .txt beside each clip");
  }
  if (!source_.file.empty()) {
    source_.text = text_of_file(source_.file);
  }
  if (!source_.lines.empty()) {
    lines_ = parse_id_lines(read_file(source_.lines), source_.lines);
  }
}

std::string ClipTexts::of(const std::string& path) const {
  if (!source_.text.empty() || !source_.file.empty()) {
    return source_.text;
  }
  const std::string stem = fs::path(path).stem().string();
  if (!source_.lines.empty()) {
    for (const std::string& id : {path, stem}) {
      const auto line = std::find_if(
          lines_.begin(), lines_.end(), [&](const auto& entry) { return entry.first == id; });
      if (line != lines_.end()) {
        return line->second;
      }
    }
    throw DataError(path + ": " + source_.lines + " has no line for it or for " + stem);
  }
  const std::string beside = fs::path(path).replace_extension(".txt").string();
  std::error_code ignored;
  if (!fs::is_regular_file(beside, ignored)) {
    throw DataError(
        path + ": expected its text in " + beside + ", which is missing; or give --text");
  }
  return text_of_file(beside);
}

}  // namespace sotto::experiments
