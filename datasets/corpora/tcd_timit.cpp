#include "datasets/corpora/tcd_timit.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <unordered_map>

#include "common/error.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/fields.h"
#include "datasets/corpora/known_totals.h"
#include "datasets/corpora/media_files.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kTestTalkers = {
    "08F",
    "09F",
    "15F",
    "18M",
    "25M",
    "28M",
    "33F",
    "34M",
    "36F",
    "41M",
    "44F",
    "45F",
    "49F",
    "54M",
    "55F",
    "56M",
    "58F"};

using Prompts = std::unordered_map<std::string, std::string>;

// Lines `She had your dark suit ... year. (sa1)`; those that begin with a semicolon are comments.
Prompts read_prompts(const std::string& path, ListingBuilder& builder) {
  Prompts prompts;
  LineReader lines(path);
  while (lines.next()) {
    const std::string_view line = trimmed(lines.line());
    const size_t open = line.rfind('(');
    if (line.empty() || line[0] == ';') {
      continue;
    }
    if (open == std::string_view::npos || line.back() != ')') {
      builder.count("lines of prompts have no '(id)' and were left out", lines.where());
      continue;
    }
    prompts.emplace(
        in_lower_case(line.substr(open + 1, line.size() - open - 2)),
        std::string(trimmed(line.substr(0, open))));
  }
  return prompts;
}

/// Where the transcript of a clip is.
class TimitTexts {
 public:
  TimitTexts(ListingBuilder& builder, Prompts prompts)
      : builder_(builder), prompts_(std::move(prompts)) {}

  void set_text(CorpusItem& item) {
    const fs::path clip = builder_.root() / item.source;
    const std::string stem = in_lower_case(clip.stem().string());
    std::string upper = stem;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
      return static_cast<char>(std::toupper(c));
    });
    for (const std::string& name :
         {clip.stem().string() + ".txt", stem + ".txt", upper + ".txt", upper + ".TXT"}) {
      const fs::path file = clip.parent_path() / name;
      if (is_file(file)) {
        read(item, file);
        return;
      }
    }
    const auto prompt = prompts_.find(stem);
    if (prompt == prompts_.end()) {
      item.skip_reason = "no transcript: there is no " + stem + ".txt beside it" +
                         (prompts_.empty() ? "; TIMIT's list can be named by corpus.prompts"
                                           : " and no prompt (" + stem + ")");
      return;
    }
    builder_.set_text(item, prompt->second, "prompt (" + stem + ")");
  }

 private:
  void read(CorpusItem& item, const fs::path& file) {
    try {
      builder_.set_text(item, timit_sentence(builder_.read_transcript(file)), file.string());
    } catch (const DataError& error) {
      item.skip_reason = error.what();
    }
  }

  ListingBuilder& builder_;
  Prompts prompts_;
};

}  // namespace

std::string timit_sentence(const std::string& text) {
  std::string sentence;
  LineReader lines(text, "");
  while (lines.next()) {
    std::string_view line = trimmed(lines.line());
    const auto fields = blank_fields(line);
    if (fields.size() >= 3 && number_of(fields[0]) && number_of(fields[1])) {
      line.remove_prefix(static_cast<size_t>(fields[2].data() - line.data()));
    }
    if (!line.empty()) {
      sentence += (sentence.empty() ? "" : " ") + std::string(line);
    }
  }
  return sentence;
}

void TcdTimitOptions::visit(OptionVisitor& visitor) {
  visit_text_rules(visitor, text);
  visitor.field("camera", camera, {"straight", "30deg", "both"}, "whose pictures to list");
  visitor.field("prompts", prompts, "TIMIT's PROMPTS.TXT, for clips without a .txt");
}

CorpusListing TcdTimitCorpus::list(const std::string& root) const {
  ListingBuilder builder(root, options_.text);
  Prompts prompts;
  if (!options_.prompts.empty()) {
    prompts = read_prompts(option_file(root, options_.prompts, "prompts"), builder);
  }
  TimitTexts texts(builder, std::move(prompts));
  std::map<std::string, int64_t> found;
  for (const fs::path& path : clip_files(root)) {
    const std::vector<std::string> parts = components(path);
    const auto folder = std::find(parts.begin(), parts.end(), "Clips");
    const std::string camera = path.parent_path().filename().string();
    if (folder == parts.end() || folder == parts.begin() || parts.end() - folder != 3 ||
        (camera != "straightcam" && camera != "30degcam") ||
        (options_.camera != "both" && camera != options_.camera + "cam")) {
      continue;
    }
    CorpusItem item;
    item.source = path.string();
    item.id = without_media_extension(item.source);
    item.talker = *(folder - 1);
    const bool lipspeaker = in_lower_case(item.talker).rfind("lips", 0) == 0;
    item.split = lipspeaker                            ? "lipspeakers"
                 : kTestTalkers.count(item.talker) > 0 ? "test"
                                                       : "train";
    ++found[camera + (lipspeaker ? " lipspeakers" : " volunteers")];
    texts.set_text(item);
    builder.add(std::move(item));
  }
  note_totals(
      builder,
      "TCD-TIMIT",
      {{"straightcam volunteers", 59 * 98},
       {"straightcam lipspeakers", 3 * 377},
       {"30degcam volunteers", 59 * 98},
       {"30degcam lipspeakers", 3 * 377}},
      found);
  return builder.finish("TCD-TIMIT (volunteers/01M/Clips/straightcam/NAME.mp4)");
}

}  // namespace sotto::datasets
