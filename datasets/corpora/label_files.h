#pragma once

#include <string>
#include <vector>

#include "datasets/corpora/clip_labels.h"
#include "datasets/corpora/listing_builder.h"

namespace sotto::datasets {

/// Where the transcripts of a corpus come from that does not say it itself.
struct LabelOptions : Options {
  std::vector<std::string> labels;
  std::string units;
  std::string id_field;
  std::string text_field;

  void visit(OptionVisitor& visitor) override;
};

/// Adds the labels of one file and notes which form it has:
/// - `.json`: a list of objects, an object of objects or of texts keyed by id, or one of these as
///   the only list or object member of an object; the fields are those that the options name, or
///   the first of the likely names that the first entry has;
/// - `.csv`: rows `corpus,path,frames,token ids` (the ids are lines of the units file), or
///   `video,sound,frames,samples,text`;
/// - any other: lines `ID TEXT`.
/// Lines and entries that are not so are counted with the first ones' place.
/// @throws DataError if the file is none of these; ConfigError if token ids lack a units file.
void read_label_file(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels);

/// The files behind `read_label_file`.
void read_json_labels(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels);
void read_token_labels(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels);

}  // namespace sotto::datasets
