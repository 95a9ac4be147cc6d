#include "datasets/corpora/muavic.h"

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

// The folder with the lists, relative to the root.
fs::path find_folder(const fs::path& root) {
  for (const char* below : {"", "en", "muavic/en"}) {
    for (const char* split : {"train", "valid", "test"}) {
      if (is_file(root / below / (std::string(split) + "_avsr.tsv"))) {
        return below;
      }
    }
  }
  throw DataError(
      root.string() +
      ": expected MuAViC (en with SPLIT_avsr.tsv and SPLIT_avsr.en), got a folder "
      "without");
}

/// The clips of one list.
class MuavicList {
 public:
  MuavicList(ListingBuilder& builder, const fs::path& folder, const std::string& split)
      : builder_(builder), folder_(folder), split_(split) {}

  /// @return rows of the list
  int64_t read() {
    int64_t count = 0;
    const std::string table = path("tsv");
    LineReader rows(table);
    LineReader texts(path("en"));
    rows.next();  // the root
    while (rows.next()) {
      if (!texts.next()) {
        throw DataError(
            texts.where() + ": expected a line for each row of " + table + ", got fewer");
      }
      ++count;
      CorpusItem item;
      item.split = split_;
      try {
        find_files(item, rows.line(), rows.where());
        builder_.set_text(item, texts.line(), texts.where());
      } catch (const DataError& error) {
        item.id = item.source =
            fs::path(table).filename().string() + ":" + std::to_string(rows.number());
        item.skip_reason = error.what();
      }
      builder_.add(std::move(item));
    }
    if (texts.next()) {
      throw DataError(
          texts.where() + ": expected as many lines as rows of " + table + ", got more");
    }
    return count;
  }

 private:
  std::string path(const std::string& extension) const {
    return (builder_.root() / folder_ / (split_ + "_avsr." + extension)).string();
  }

  void find_files(CorpusItem& item, std::string_view row, const std::string& where) const {
    const auto fields = separated_fields(row, '\t');
    if (fields.size() != 5) {
      throw DataError(
          where + ": expected 'id video sound frames samples' with tabs between, got " +
          std::to_string(fields.size()) + " fields");
    }
    const std::string begin = "video/" + split_ + "/";
    const size_t at = fields[1].rfind(begin);
    const auto behind =
        path_below(at == std::string_view::npos ? fields[0] : fields[1].substr(at + begin.size()));
    if (!behind) {
      throw DataError(
          where + ": expected a path with " + begin + ", got '" + std::string(fields[1]) + "'");
    }
    const std::string name = without_media_extension(*behind);
    item.id = split_ + "/" + name;
    item.talker = fs::path(name).parent_path().string();
    const fs::path video = folder_ / "video" / split_ / (name + ".mp4");
    const fs::path sound = folder_ / "audio" / split_ / (name + ".wav");
    if (!is_file(builder_.root() / video)) {
      throw DataError(where + ": " + video.string() + " is missing");
    }
    item.source = video.string();
    item.sound = is_file(builder_.root() / sound) ? sound.string() : "";
  }

  ListingBuilder& builder_;
  fs::path folder_;
  std::string split_;
};

}  // namespace

void MuavicOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
}

CorpusListing MuavicCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  const fs::path folder = find_folder(root);
  std::map<std::string, int64_t> found;
  for (const char* split : {"train", "valid", "test"}) {
    if (is_file(builder.root() / folder / (std::string(split) + "_avsr.tsv"))) {
      found[split] = MuavicList(builder, folder, split).read();
    } else {
      builder.note(std::string("there is no list ") + split + "_avsr.tsv");
    }
  }
  note_totals(builder, "MuAViC en", {{"valid", 1200}, {"test", 1321}}, found);  // LRS3's
  return builder.finish("rows in the lists of MuAViC");
}

}  // namespace sotto::datasets
