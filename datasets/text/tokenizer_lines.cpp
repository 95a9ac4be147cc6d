#include "datasets/text/tokenizer_lines.h"

#include <charconv>
#include <functional>

#include "common/error.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

using Turn = std::function<std::string(const std::string&)>;

void turn_lines(std::istream& in, const std::string& name, std::ostream& out, const Turn& turn) {
  size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    try {
      out << turn(line) << "\n";
    } catch (const DataError& error) {
      throw DataError(name + ":" + std::to_string(number) + ": " + error.what());
    }
  }
}

std::string text_of(const std::vector<int64_t>& ids) {
  std::string text;
  for (const int64_t id : ids) {
    text += (text.empty() ? "" : " ") + std::to_string(id);
  }
  return text;
}

std::vector<int64_t> ids_of(std::string_view line) {
  std::vector<int64_t> ids;
  constexpr std::string_view kBlanks = " \t";
  for (size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const std::string_view word = line.substr(at, line.find_first_of(kBlanks, at) - at);
    const char* end = word.data() + word.size();
    int64_t id = 0;
    const std::from_chars_result read = std::from_chars(word.data(), end, id);
    if (read.ec != std::errc() || read.ptr != end) {
      throw DataError("expected ids with blanks between, got '" + std::string(word) + "'");
    }
    ids.push_back(id);
    at += word.size();
  }
  return ids;
}

}  // namespace

void encode_lines(
    const Tokenizer& tokenizer, std::istream& in, const std::string& name, std::ostream& out) {
  turn_lines(in, name, out, [&](const std::string& line) {
    if (!is_utf8(line)) {
      throw DataError("expected UTF-8");
    }
    return text_of(tokenizer.encode(line));
  });
}

void decode_lines(
    const Tokenizer& tokenizer, std::istream& in, const std::string& name, std::ostream& out) {
  turn_lines(
      in, name, out, [&](const std::string& line) { return tokenizer.decode(ids_of(line)); });
}

}  // namespace sotto::datasets
