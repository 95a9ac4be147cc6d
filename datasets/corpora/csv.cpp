#include "datasets/corpora/csv.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/files.h"
#include "common/format_text.h"
#include "common/option_text.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/csv_reader.h"
#include "datasets/corpora/fields.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kColumns = {
    "media", "text", "start", "end", "talker", "split", "sound", "id"};
constexpr double kLatestS = 1e7;

std::string find_table(const std::string& root, const std::string& name) {
  if (!name.empty()) {
    return option_file(root, name, "table");
  }
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (in_lower_case(entry.path().extension().string()) == ".csv") {
      found.push_back(entry.path().string());
    }
  }
  if (error || found.size() != 1) {
    throw DataError(
        root + ": expected one file NAME.csv, got " + std::to_string(found.size()) +
        "; name it by corpus.table");
  }
  return found[0];
}

/// The rows of a table as items.
class CsvTable {
 public:
  CsvTable(const std::string& path, ListingBuilder& builder)
      : name_(fs::path(path).filename().string()), reader_(read(path), path), builder_(builder) {}

  void list() {
    read_header();
    std::vector<Row> rows;
    std::map<std::string, int64_t> uses;
    while (reader_.next()) {
      rows.push_back(read_row());
      ++uses[rows.back().name];
    }
    std::map<std::string, size_t> numbers;
    for (Row& row : rows) {
      // Rows that cannot be used count: the others keep their ids when these are mended.
      const bool numbered = uses[row.name] > 1 && columns_.count("id") == 0;
      const size_t number = numbers[row.name]++;
      if (numbered && row.item.id == row.name) {
        row.item.id += format_text("_%02zu", number);
      }
      builder_.add(std::move(row.item));
    }
  }

 private:
  static std::string read(const std::string& path) {
    std::string text = read_file(path);
    return text.rfind("\xEF\xBB\xBF", 0) == 0 ? text.substr(3) : text;
  }

  void read_header() {
    if (!reader_.next() || !reader_.fault().empty()) {
      throw DataError(
          reader_.where() + ": expected a line with the names of the columns, got none");
    }
    for (size_t i = 0; i < reader_.fields().size(); ++i) {
      const std::string name = in_lower_case(trimmed(reader_.fields()[i]));
      if (std::find(kColumns.begin(), kColumns.end(), name) == kColumns.end()) {
        builder_.note(reader_.where() + ": the column '" + name + "' is not read");
      } else if (!columns_.emplace(name, i).second) {
        throw DataError(reader_.where() + ": the column '" + name + "' is there twice");
      }
    }
    if (columns_.count("media") == 0) {
      throw DataError(
          reader_.where() + ": expected a column 'media', got '" + join(reader_.fields(), ",") +
          "'");
    }
    if (columns_.count("text") == 0) {
      builder_.note(reader_.where() + ": there is no column 'text'; clips are kept without");
    }
    width_ = reader_.fields().size();
  }

  std::string field(const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? "" : std::string(trimmed(reader_.fields()[found->second]));
  }

  // A path of the row below the root. @throws DataError.
  std::string path(const std::string& column) const {
    const auto path = path_below(field(column));
    if (!path) {
      throw DataError(
          reader_.where() + ": expected in '" + column + "' a path below the root, got '" +
          field(column) + "'");
    }
    return *path;
  }

  // A path of the row that must be a file. @throws DataError.
  std::string file(const std::string& column) const {
    std::string found = path(column);
    if (!is_file(builder_.root() / found)) {
      throw DataError(reader_.where() + ": " + found + " is missing");
    }
    return found;
  }

  // The row's own, or the path of its media file. @throws DataError.
  std::string id() const {
    if (columns_.count("id") == 0) {
      return without_media_extension(path("media"));
    }
    const auto own = path_below(field("id"));
    if (!own) {
      throw DataError(reader_.where() + ": expected an id, got '" + field("id") + "'");
    }
    return *own;
  }

  // A time of the row in frames; 0 if it is empty. @throws DataError.
  int64_t frame(const std::string& column) const {
    const std::string text = field(column);
    if (text.empty()) {
      return 0;
    }
    const auto seconds = number_of(text);
    if (!seconds || *seconds < 0 || *seconds > kLatestS) {
      throw DataError(
          reader_.where() + ": expected in '" + column + "' seconds, got '" + text + "'");
    }
    return std::llround(*seconds * static_cast<double>(kFramesPerSecond));
  }

  struct Row {
    CorpusItem item;
    std::string name;  ///< the id before it is numbered, of a row that cannot be used too
  };

  Row read_row() {
    Row row;
    try {
      if (!reader_.fault().empty()) {
        throw DataError(reader_.fault());
      }
      read_fields(row);
    } catch (const DataError& error) {
      const std::string line = reader_.where();
      row.item = CorpusItem();
      row.item.id = row.item.source = name_ + line.substr(line.rfind(':'));
      row.item.skip_reason = error.what();
    }
    return row;
  }

  void read_fields(Row& row) {
    CorpusItem& item = row.item;
    if (reader_.fields().size() != width_) {
      throw DataError(
          reader_.where() + ": expected " + std::to_string(width_) + " fields, got " +
          std::to_string(reader_.fields().size()) + "; a field with a comma needs quotes");
    }
    item.id = row.name = id();
    item.source = file("media");
    item.sound = field("sound").empty() ? "" : file("sound");
    item.talker = field("talker");
    item.split = field("split");
    item.begin = frame("start");
    item.end = frame("end");
    if (!field("end").empty() && item.end <= item.begin) {
      throw DataError(
          reader_.where() + ": expected an end behind the start, got " + field("start") + " to " +
          field("end"));
    }
    if (columns_.count("text") > 0) {
      builder_.set_text(item, field("text"), reader_.where());
    }
  }

  std::string name_;
  CsvReader reader_;
  ListingBuilder& builder_;
  std::map<std::string, size_t> columns_;
  size_t width_ = 0;
};

}  // namespace

void CsvOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field("table", table, "the CSV file; empty: the only one in the root");
}

CorpusListing CsvCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  const std::string path = find_table(root, options_.table);
  CsvTable(path, builder).list();
  return builder.finish("clips listed in " + path);
}

}  // namespace sotto::datasets
