#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "common/error.h"
#include "datasets/text/text_lines.h"
#include "decoding/transcript_reader.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";
constexpr double kLatest = 1e9;  // seconds, thirty years: beyond is a mistake

std::optional<double> number(std::string_view field) {
  const std::string text(field);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && end == text.c_str() + text.size() && std::isfinite(value);
  return whole ? std::optional<double>(value) : std::nullopt;
}

/// A line's number in a range. @throws DataError that names what it is.
double number_within(
    std::string_view field, double high, const char* what, const std::string& where) {
  const std::optional<double> value = number(field);
  if (!value || *value < 0 || *value > high) {
    throw DataError(
        where + ": expected a " + what + (high == 1 ? " from 0 to 1" : " in seconds") + ", got '" +
        std::string(field) + "'");
  }
  return *value;
}

bool is_alternative(std::string_view word) {
  return word == "<ALT_BEGIN>" || word == "<ALT>" || word == "<ALT_END>";
}

Word word_of(const std::vector<std::string_view>& fields, const std::string& where) {
  if (fields.size() < 5) {
    throw DataError(
        where + ": expected FILE CHANNEL START DURATION WORD [CONFIDENCE], got " +
        std::to_string(fields.size()) + " fields");
  }
  if (is_alternative(fields[4])) {
    throw DataError(where + ": alternatives cannot be read; give one reading of each word");
  }
  Word word;
  word.word = fields[4];
  word.start = number_within(fields[2], kLatest, "start", where);
  word.end = word.start + number_within(fields[3], kLatest, "duration", where);
  word.confidence = fields.size() < 6 || fields[5] == "NA" || fields[5] == "na"
                        ? std::numeric_limits<double>::quiet_NaN()
                        : number_within(fields[5], 1, "confidence", where);
  return word;
}

/// Gathers words by file and channel.
class ClipBuilder {
 public:
  void add(std::string_view file, std::string_view channel, Word word) {
    const auto [place, is_new] =
        places_.emplace(std::make_pair(std::string(file), std::string(channel)), clips_.size());
    if (is_new) {
      Transcript clip;
      clip.id = clip.path = file;
      clip.channel = channel;
      clips_.push_back(std::move(clip));
    }
    clips_[place->second].words.push_back(std::move(word));
  }

  std::vector<Transcript> take() {
    for (Transcript& clip : clips_) {
      clip.text = words_text(clip.words);
    }
    return std::move(clips_);
  }

 private:
  std::vector<Transcript> clips_;
  std::map<std::pair<std::string, std::string>, size_t> places_;
};

}  // namespace

std::string ctm_name(std::string id) {
  std::replace_if(
      id.begin(), id.end(), [](unsigned char c) { return c <= ' '; }, '_');
  if (id.substr(0, 2) == ";;") {
    id[0] = '_';  // or the line is a comment
  }
  return id.empty() ? "_" : id;
}

std::vector<std::string_view> ctm_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  for (size_t i = line.find_first_not_of(kBlanks); i != std::string_view::npos;) {
    const size_t end = line.find_first_of(kBlanks, i);
    fields.push_back(line.substr(i, end - i));
    i = line.find_first_not_of(kBlanks, end);
  }
  if (!fields.empty() && fields[0].substr(0, 2) == ";;") {
    fields.clear();
  }
  return fields;
}

bool is_ctm_line(const std::vector<std::string_view>& fields) {
  return fields.size() >= 5 && number(fields[2]) && number(fields[3]);
}

std::vector<Transcript> parse_ctm(std::string_view text, const std::string& name) {
  ClipBuilder clips;
  datasets::for_each_line(text, name, [&](std::string_view line, size_t number) {
    const std::vector<std::string_view> fields = ctm_fields(line);
    if (!fields.empty()) {
      Word word = word_of(fields, datasets::line_name(name, number));
      clips.add(fields[0], fields[1], std::move(word));
    }
  });
  return clips.take();
}

bool looks_like_json(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') {
    return false;
  }
  const size_t next = text.find_first_not_of(" \t\r\n", first + 1);
  return next == std::string_view::npos || text[next] == '"' || text[next] == '}';
}

std::vector<Transcript> parse_transcripts(std::string_view text, const std::string& name) {
  return looks_like_json(text) ? parse_transcript_json(text, name) : parse_ctm(text, name);
}

}  // namespace sotto::decoding
