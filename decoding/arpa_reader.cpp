#include "decoding/arpa_reader.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "datasets/text/line_reader.h"
#include "datasets/text/utf8.h"

namespace sotto::decoding {
namespace {

using datasets::LineReader;
using Fields = std::vector<std::string_view>;

constexpr std::string_view kBlanks = " \t\r\v\f";
constexpr std::string_view kData = "\\data\\";
constexpr std::string_view kEnd = "\\end\\";
constexpr size_t kMostOrder = 16;
constexpr size_t kMostNgrams = std::numeric_limits<uint32_t>::max() - 2;  // of one length
constexpr size_t kLongestHead = 1000;  // lines before \data\ while looking for it

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class T>
bool number(std::string_view text, T& value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

class ArpaParser {
 public:
  explicit ArpaParser(LineReader& lines) : lines_(lines) {}

  NgramModel parse() {
    while (trimmed(lines_.line()) != kData) {
      if (!lines_.next()) {
        fail("expected a line \\data\\; is this an ARPA file?");
      }
    }
    read_counts();
    for (size_t length = 1; length <= counts_.size(); ++length) {
      read_section(length);
    }
    if (line_ != kEnd) {
      fail("expected \\end\\ after the last n-gram, got " + shown());
    }
    return std::move(model_);
  }

 private:
  /// Goes to the next line that is not empty; at the end of the file line_ is empty.
  void next() {
    do {
      line_ = {};
      if (!lines_.next()) {
        return;
      }
      line_ = trimmed(lines_.line());
    } while (line_.empty());
  }

  void read_counts() {
    constexpr std::string_view kNgram = "ngram";
    for (next(); line_.substr(0, kNgram.size()) == kNgram; next()) {
      const std::string_view rest = line_.substr(kNgram.size());
      const size_t equals = rest.find('=');
      size_t length = 0;
      size_t count = 0;
      if (equals == std::string_view::npos || !number(trimmed(rest.substr(0, equals)), length) ||
          !number(trimmed(rest.substr(equals + 1)), count)) {
        fail("expected ngram N=COUNT, got " + shown());
      }
      if (length != counts_.size() + 1) {
        fail("expected the count of " + std::to_string(counts_.size() + 1) + "-grams");
      }
      if (length > kMostOrder || count > kMostNgrams) {
        fail(
            "expected n-grams of at most " + std::to_string(kMostOrder) + " words, at most " +
            std::to_string(kMostNgrams) + " of a length");
      }
      counts_.push_back(count);
    }
    if (counts_.empty()) {
      fail("expected ngram 1=COUNT, got " + shown());
    }
  }

  void read_section(size_t length) {
    const std::string title = "\\" + std::to_string(length) + "-grams:";
    if (line_ != title) {
      fail("expected " + title + ", got " + shown());
    }
    size_t count = 0;
    std::vector<NgramModel::Ngram> ngrams;
    for (next(); !line_.empty() && line_.front() != '\\'; next()) {
      if (++count > counts_[length - 1]) {
        fail(counts_text(length) + ", got more");
      }
      read_ngram(length, ngrams);
    }
    if (count < counts_[length - 1]) {
      fail(counts_text(length) + ", got " + std::to_string(count));
    }
    if (length == 1) {
      const std::string missing = model_.close_words();
      if (!missing.empty()) {
        fail("expected " + missing + " among the words; a model of sentences has it");
      }
    } else if (const auto twice = model_.add_level(std::move(ngrams))) {
      fail_at(twice->second.line, "this n-gram stood in line " + std::to_string(twice->first.line));
    }
  }

  std::string counts_text(size_t length) const {
    return "expected " + std::to_string(counts_[length - 1]) + " " + std::to_string(length) +
           "-grams, as \\data\\ says";
  }

  void read_ngram(size_t length, std::vector<NgramModel::Ngram>& ngrams) {
    split();
    const bool longest = length == counts_.size();
    if (fields_.size() != length + 1 && (longest || fields_.size() != length + 2)) {
      fail(
          "expected a probability and " + std::to_string(length) + " word" +
          (length > 1 ? "s" : "") + (longest ? "" : ", then perhaps a back-off weight") + ", got " +
          std::to_string(fields_.size()) + " fields");
    }
    const float log10 = value_of(fields_[0], "log10 of a probability");
    if (log10 > 0) {
      fail("expected a probability of at most 1, got log10 = " + std::string(fields_[0]));
    }
    const float backoff =
        fields_.size() == length + 2 ? value_of(fields_.back(), "log10 of a back-off weight") : 0;
    if (length == 1) {
      if (!datasets::is_utf8(fields_[1])) {
        fail("expected UTF-8");
      }
      if (!model_.add_word(fields_[1], log10, backoff)) {
        fail("the word '" + std::string(fields_[1]) + "' was there already");
      }
      return;
    }
    words_.clear();
    for (size_t i = 1; i <= length; ++i) {
      words_.push_back(model_.word(fields_[i]));
      if (words_.back() == model_.unknown() && model_.words()[words_.back()] != fields_[i]) {
        fail("the word '" + std::string(fields_[i]) + "' is not among the 1-grams");
      }
    }
    const auto context = model_.find(words_.data(), length - 1);
    if (!context) {
      fail("its first " + std::to_string(length - 1) + " words are no n-gram of the file");
    }
    ngrams.push_back({*context, words_.back(), log10, backoff, lines_.number()});
  }

  void split() {
    fields_.clear();
    std::string_view rest = line_;
    while (!rest.empty()) {
      const size_t end = rest.find_first_of(kBlanks);
      fields_.push_back(rest.substr(0, end));
      const size_t next =
          end == std::string_view::npos ? end : rest.find_first_not_of(kBlanks, end);
      rest.remove_prefix(next == std::string_view::npos ? rest.size() : next);
    }
  }

  float value_of(std::string_view field, const char* what) const {
    float value = 0;
    if (!number(field, value) || !std::isfinite(value)) {
      fail(std::string("expected the ") + what + ", got '" + std::string(field) + "'");
    }
    return value;
  }

  /// The line as messages show it.
  std::string shown() const {
    constexpr size_t kMost = 40;
    if (line_.empty()) {
      return "the end of the file";
    }
    return "'" + std::string(line_.substr(0, kMost)) + (line_.size() > kMost ? "...'" : "'");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(lines_.where() + ": " + what);
  }
  [[noreturn]] void fail_at(size_t line, const std::string& what) const {
    const std::string where = lines_.where();
    throw DataError(where.substr(0, where.rfind(':') + 1) + std::to_string(line) + ": " + what);
  }

  LineReader& lines_;
  std::string_view line_;
  std::vector<size_t> counts_;
  NgramModel model_;
  Fields fields_;
  std::vector<NgramModel::Word> words_;
};

}  // namespace

bool is_arpa(const std::string& path) {
  LineReader lines(path);
  try {
    while (lines.number() < kLongestHead && lines.next()) {
      if (trimmed(lines.line()) == kData) {
        return true;
      }
    }
  } catch (const DataError&) {  // no text, or no gzip after all
  }
  return false;
}

NgramModel read_arpa(const std::string& path) {
  LineReader lines(path);
  return ArpaParser(lines).parse();
}

NgramModel parse_arpa(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  return ArpaParser(lines).parse();
}

}  // namespace sotto::decoding
