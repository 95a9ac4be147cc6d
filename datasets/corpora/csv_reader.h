#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sotto::datasets {

/// Rows of comma-separated values as RFC 4180 has them: a field may stand in double quotes, inside
/// of which commas and line ends are text and a quote is written twice.
class CsvReader {
 public:
  /// @param text  UTF-8. @param name  stands before line numbers.
  CsvReader(std::string text, std::string name);

  /// Goes to the next row that is not empty; false behind the last.
  bool next();
  const std::vector<std::string>& fields() const { return fields_; }
  /// What is wrong with the row's quotes, with file:line; empty if nothing is. The line behind the
  /// one in which such a row begins is the next row.
  const std::string& fault() const { return fault_; }
  /// `FILE:LINE` of the row's beginning.
  std::string where() const;

 private:
  void read_row();
  bool read_quoted(std::string& field);
  bool at_row_end() const;

  std::string text_;
  std::string name_;
  size_t at_ = 0;
  size_t line_ = 0;       ///< in which the row begins
  size_t next_line_ = 1;  ///< in which `at_` is
  std::vector<std::string> fields_;
  std::string fault_;
};

}  // namespace sotto::datasets
