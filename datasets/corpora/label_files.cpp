#include "datasets/corpora/label_files.h"

#include <algorithm>
#include <filesystem>

#include "datasets/corpora/fields.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/line_reader.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

void read_table(const std::string& path, ListingBuilder& builder, ClipLabels& labels) {
  LineReader lines(path);
  const std::string split = split_in_name(path);
  while (lines.next()) {
    const std::string_view line = trimmed(lines.line());
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    ClipLabel label{std::string(trimmed(line.substr(end))), "", split, lines.where(), "", false};
    if (!is_utf8(line)) {
      builder.count("lines of labels are not UTF-8 and were left out", lines.where());
    } else if (!line.empty() && !labels.add(std::string(line.substr(0, end)), std::move(label))) {
      builder.count("labels are given twice; the first counts", lines.where());
    }
  }
  builder.note(path + ": read as lines 'ID TEXT', " + std::to_string(labels.size()) + " labels");
}

}  // namespace

void LabelOptions::visit(OptionVisitor& visitor) {
  visitor.field("labels", labels, "files with the transcripts: JSON, CSV or lines 'ID TEXT'");
  visitor.field("units", units, "units file that the token ids of a CSV are lines of");
  visitor.field("id_field", id_field, "name of a JSON entry's id; empty: found among likely ones");
  visitor.field(
      "text_field", text_field, "name of a JSON entry's text; empty: found among likely ones");
}

void read_label_file(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels) {
  const std::string extension = in_lower_case(std::filesystem::path(path).extension().string());
  if (extension == ".json") {
    read_json_labels(path, options, builder, labels);
  } else if (extension == ".csv") {
    read_token_labels(path, options, builder, labels);
  } else {
    read_table(path, builder, labels);
  }
}

}  // namespace sotto::datasets
