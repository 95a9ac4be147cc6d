#include "datasets/corpora/csv_reader.h"

#include <algorithm>

#include "datasets/corpora/fields.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets {

CsvReader::CsvReader(std::string text, std::string name)
    : text_(std::move(text)), name_(std::move(name)) {}

std::string CsvReader::where() const {
  return line_name(name_, line_);
}

bool CsvReader::at_row_end() const {
  return at_ >= text_.size() || text_[at_] == '\n' || text_.compare(at_, 2, "\r\n") == 0;
}

bool CsvReader::next() {
  while (at_ < text_.size()) {
    line_ = next_line_;
    const size_t begin = at_;
    read_row();
    if (!fault_.empty()) {
      fields_.clear();
      at_ = std::min(text_.find('\n', begin), text_.size());
      next_line_ = line_;
    }
    if (at_ < text_.size()) {
      at_ += text_[at_] == '\r' ? 2 : 1;
      ++next_line_;
    }
    const bool empty = fields_.size() == 1 && trimmed(fields_[0]).empty();
    if (!empty) {
      return true;
    }
  }
  return false;
}

void CsvReader::read_row() {
  fields_.clear();
  fault_.clear();
  while (true) {
    std::string field;
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!read_quoted(field)) {
        fault_ = where() + ": expected a closing quote, got none";
        return;
      }
      if (!at_row_end() && text_[at_] != ',') {
        fault_ = where() + ": expected a comma behind a closing quote, got '" + text_[at_] + "'";
        return;
      }
    } else {
      const size_t begin = at_;
      while (!at_row_end() && text_[at_] != ',') {
        ++at_;
      }
      field = text_.substr(begin, at_ - begin);
      if (field.find('"') != std::string::npos) {
        fault_ = where() + ": expected quotes around a whole field, got one inside '" + field + "'";
        return;
      }
    }
    fields_.push_back(std::move(field));
    if (at_row_end()) {
      return;
    }
    ++at_;  // the comma
  }
}

// From the opening quote to behind the closing one.
bool CsvReader::read_quoted(std::string& field) {
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
        ++at_;
        return true;
      }
      ++at_;
    }
    next_line_ += text_[at_] == '\n' ? 1 : 0;
    field += text_[at_];
  }
  return false;
}

}  // namespace sotto::datasets
