#include "datasets/corpora/token_rows.h"

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/label_files.h"
#include "datasets/text/line_reader.h"
#include "datasets/text/units.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

bool is_count(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

TokenRow parse_token_row(std::string_view line, const std::string& where) {
  const auto fields = separated_fields(line, ',');
  TokenRow row;
  if (fields.size() == 4 && is_count(fields[2])) {
    row.corpus = fields[0];
    row.path = fields[1];
    row.tokens = fields[3];
  } else if (fields.size() == 5 && is_count(fields[2]) && is_count(fields[3])) {
    row.path = fields[0];
    row.sound = fields[1];
    row.text = fields[4];
  } else {
    throw DataError(
        where + ": expected 'corpus,path,frames,token ids', got " + std::to_string(fields.size()) +
        " fields: '" + std::string(line.substr(0, 80)) + "'");
  }
  if (row.path.empty() || !is_utf8(line)) {
    throw DataError(where + ": expected a path in UTF-8, got none");
  }
  return row;
}

std::shared_ptr<const Tokenizer> read_token_units(const std::string& path) {
  const std::vector<std::string> tokens = read_units(path);
  return make_tokenizer(tokenizer_type_of(tokens), tokens);
}

std::string text_of_tokens(
    const std::string& ids, const Tokenizer& tokenizer, const std::string& where) {
  std::vector<int64_t> numbers;
  for (const std::string_view field : blank_fields(ids)) {
    if (!is_count(field)) {
      throw DataError(where + ": expected token ids, got '" + std::string(field) + "'");
    }
    numbers.push_back(std::stoll(std::string(field)));
    if (numbers.back() >= tokenizer.size()) {
      throw DataError(
          where + ": expected token ids below " + std::to_string(tokenizer.size()) + ", got " +
          std::string(field) + "; is this the units file of these labels?");
    }
    if (tokenizer.token(numbers.back()) == "<unk>") {
      throw DataError(where + ": holds <unk>, so that its text is not known");
    }
  }
  return tokenizer.decode(numbers);
}

void read_token_labels(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels) {
  LineReader lines(path);
  std::shared_ptr<const Tokenizer> tokenizer;
  if (!options.units.empty()) {
    tokenizer = read_token_units(options.units);
  }
  int64_t rows = 0;
  const std::string split = split_in_name(path);
  while (lines.next()) {
    if (trimmed(lines.line()).empty()) {
      continue;
    }
    const std::string where = lines.where();
    ClipLabel label;
    label.where = where;
    label.split = split;
    TokenRow row;
    try {
      row = parse_token_row(lines.line(), where);
    } catch (const DataError& error) {
      builder.count("rows of labels cannot be read and were left out", error.what());
      continue;
    }
    if (!row.tokens.empty() && !tokenizer) {
      throw ConfigError(
          "corpus.units: " + path +
          " holds token ids: expected the units file that they are "
          "lines of, got none");
    }
    try {
      label.text = row.tokens.empty() ? row.text : text_of_tokens(row.tokens, *tokenizer, where);
    } catch (const DataError& error) {
      label.fault = error.what();
    }
    ++rows;
    if (!labels.add(row.path, std::move(label))) {
      builder.count("labels are given twice; the first counts", where);
    }
  }
  builder.note(path + ": read as rows of labels, " + std::to_string(rows) + " of them");
}

}  // namespace sotto::datasets
