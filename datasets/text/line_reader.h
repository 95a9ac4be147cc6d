#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sotto::datasets {

/// The lines of a text file of any size, plain or compressed by gzip, without their ends (LF or
/// CRLF) and a byte order mark.
class LineReader {
 public:
  /// Longer lines are refused: nothing that is read here has them.
  static constexpr size_t kLongestLine = size_t{1} << 16;

  /// @throws DataError if the file cannot be opened.
  explicit LineReader(const std::string& path);
  /// Lines of a text that outlives this.
  LineReader(std::string_view text, std::string name);
  ~LineReader();

  /// Goes to the next line; false behind the last.
  /// @throws DataError for a line too long, a file that cannot be read, damaged gzip data.
  bool next();
  /// Stays valid until `next`.
  std::string_view line() const { return line_; }
  /// How many lines were read.
  size_t number() const { return number_; }
  /// `FILE:LINE`, for messages.
  std::string where() const { return name_ + ":" + std::to_string(number_); }

 private:
  class Stream;
  bool fill();

  std::string name_;
  std::unique_ptr<Stream> stream_;  ///< none for a text
  std::string buffer_;
  std::string_view rest_;  ///< what is in memory and not read yet
  std::string_view line_;
  size_t number_ = 0;
};

}  // namespace sotto::datasets
