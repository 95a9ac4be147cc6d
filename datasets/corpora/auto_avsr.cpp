#include "datasets/corpora/auto_avsr.h"

#include <algorithm>

#include "common/error.h"
#include "datasets/corpora/clip_labels.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/token_rows.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

// "..._0to100": rows of another file whose clips have so many frames.
bool is_selection(const std::string& stem) {
  const std::string last = stem.substr(stem.rfind('_') + 1);
  const size_t to = last.find("to");
  return to != std::string::npos && to > 0 && to + 2 < last.size() &&
         last.find_first_not_of("0123456789") == to &&
         last.find_first_not_of("0123456789", to + 2) == std::string::npos;
}

std::vector<std::string> label_files(const fs::path& root) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root / "labels", error)) {
    const fs::path& path = entry.path();
    if (in_lower_case(path.extension().string()) == ".csv" && !is_selection(path.stem().string())) {
      files.push_back(path.string());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    throw DataError(root.string() + ": expected label files labels/NAME.csv, got none");
  }
  return files;
}

/// Makes items of the rows.
class AutoAvsrRows {
 public:
  AutoAvsrRows(ListingBuilder& builder, std::shared_ptr<const Tokenizer> tokenizer)
      : builder_(builder), tokenizer_(std::move(tokenizer)) {}

  void read(const std::string& file) {
    LineReader lines(file);
    const std::string name = fs::path(file).filename().string();
    const std::string split = split_in_name(file);
    while (lines.next()) {
      if (trimmed(lines.line()).empty()) {
        continue;
      }
      CorpusItem item;
      try {
        item = make_item(lines.line(), lines.where());
      } catch (const DataError& error) {
        item.id = item.source = name + ":" + std::to_string(lines.number());
        item.skip_reason = error.what();
      }
      item.split = split;
      if (builder_.has(item.id)) {
        builder_.count("rows repeat a clip and were left out", lines.where());
      } else {
        builder_.add(std::move(item));
      }
    }
  }

 private:
  CorpusItem make_item(std::string_view line, const std::string& where) {
    const TokenRow row = parse_token_row(line, where);
    const auto path = path_below(row.corpus + "/" + row.path);
    if (row.corpus.empty() || !path) {
      throw DataError(where + ": expected 'corpus,path,frames,token ids', got another path");
    }
    CorpusItem item;
    item.source = *path;
    item.id = without_media_extension(*path);
    item.talker = fs::path(*path).parent_path().filename().string();
    const std::string sound = item.id + ".wav";
    item.sound = is_file(builder_.root() / sound) ? sound : "";
    if (!is_file(builder_.root() / item.source)) {
      item.skip_reason = where + ": " + item.source + " is missing";
      return item;
    }
    try {
      set_text(item, row, where);
    } catch (const DataError& error) {
      item.skip_reason = error.what();
    }
    return item;
  }

  void set_text(CorpusItem& item, const TokenRow& row, const std::string& where) {
    std::string text = item.id + ".txt";
    const size_t video = text.find("_video_seg");
    if (video != std::string::npos) {
      text.replace(video, std::string("_video_").size(), "_text_");
    }
    const fs::path file = builder_.root() / text;
    if (is_file(file)) {
      builder_.count("texts were read from files of their own", file.string());
      builder_.set_text(item, builder_.read_transcript(file), file.string());
    } else if (tokenizer_) {
      builder_.count("texts were put together from token ids", where);
      builder_.set_text(item, text_of_tokens(row.tokens, *tokenizer_, where), where);
    } else {
      item.skip_reason = where + ": there is no text " + text +
                         "; name the units file of the token ids by corpus.units";
    }
  }

  ListingBuilder& builder_;
  std::shared_ptr<const Tokenizer> tokenizer_;
};

}  // namespace

void AutoAvsrOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field("labels", labels, "label files to read; empty: all in labels/");
  visitor.field("units", units, "units file that the token ids are lines of");
}

CorpusListing AutoAvsrCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  std::vector<std::string> files;
  for (const std::string& name : options_.labels) {
    files.push_back(option_file(root, name, "labels"));
  }
  if (files.empty()) {
    files = label_files(root);
  }
  std::shared_ptr<const Tokenizer> tokenizer;
  if (!options_.units.empty()) {
    tokenizer = read_token_units(option_file(root, options_.units, "units"));
  }
  AutoAvsrRows rows(builder, std::move(tokenizer));
  for (const std::string& file : files) {
    rows.read(file);
  }
  return builder.finish("rows in the label files of auto_avsr");
}

}  // namespace sotto::datasets
