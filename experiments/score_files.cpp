#include "experiments/score_files.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/text_lines.h"
#include "decoding/transcript_reader.h"
#include "experiments/score_lines.h"
#include "experiments/score_reports.h"

namespace sotto::experiments {
namespace {

enum class Format { kLines, kTrn, kCtm, kJson, kReport };
enum class Side { kSaid, kHeard };

/// A clip of one file.
struct Entry {
  std::string id;
  std::string path;  // another name of it; empty: none
  std::string text;
  std::string talker = "";
  double seconds = 0;
  int64_t repetition = 0;
};

/// The texts of one file, to be found by whatever the other file calls them.
class TextFile {
 public:
  TextFile(std::string path, Format format, std::vector<Entry> entries)
      : path_(std::move(path)), format_(format), entries_(std::move(entries)) {
    for (size_t i = 0; i < entries_.size(); ++i) {
      name(entries_[i].id, i);
      name(entries_[i].path, i);
    }
  }

  const std::string& path() const { return path_; }
  const std::vector<Entry>& entries() const { return entries_; }
  const std::string& text_rules() const { return text_rules_; }
  void set_text_rules(const std::string& rules) { text_rules_ = rules; }
  /// CTM lists words: a clip without words is not there.
  bool lacks_empty_clips() const { return format_ == Format::kCtm; }

  /// The entry of that name, or null. @throws DataError if two clips have it.
  const Entry* find(const std::string& id) const {
    const auto found = places_.find(format_ == Format::kCtm ? decoding::ctm_name(id) : id);
    if (found == places_.end()) {
      return nullptr;
    }
    if (found->second == kTwo) {
      throw DataError(path_ + ": two clips are called " + id);
    }
    return &entries_[found->second];
  }

 private:
  static constexpr size_t kTwo = static_cast<size_t>(-1);

  void name(const std::string& name, size_t place) {
    const auto [known, is_new] = places_.emplace(name, place);
    if (!is_new && known->second != place) {
      known->second = kTwo;
    }
  }

  std::string path_;
  Format format_;
  std::vector<Entry> entries_;
  std::string text_rules_;
  std::map<std::string, size_t> places_;
};

/// What the first line says, if it leaves no doubt; a line `id<tab>(text)` could be two formats, so
/// such a file is trn only if all its lines could be.
Format format_of(std::string_view text, const std::string& name) {
  if (decoding::looks_like_json(text) && text.substr(0, text.find('\n')).find('\t') == text.npos) {
    return is_evaluation_report(text) ? Format::kReport : Format::kJson;
  }
  bool first = true;
  bool trn = true;
  Format format = Format::kLines;
  datasets::for_each_line(text, name, [&](std::string_view line, size_t) {
    if (line.substr(0, 2) == ";;") {
      return;
    }
    const bool has_id = !trn_id(line).empty();
    trn = trn && has_id;
    if (first) {
      const auto tabs = std::count(line.begin(), line.end(), '\t');
      const bool ctm =
          (tabs == 0 || tabs >= 4) && decoding::is_ctm_line(decoding::ctm_fields(line));
      const bool plain_trn = has_id && tabs == 0;
      format = plain_trn ? Format::kTrn : ctm ? Format::kCtm : Format::kLines;
      trn = has_id;
    }
    first = false;
  });
  return format == Format::kLines && trn && !first ? Format::kTrn : format;
}

std::vector<Entry> entries_of(const std::vector<ScoreLine>& lines) {
  std::vector<Entry> entries;
  for (const auto& [id, text] : lines) {
    entries.push_back({id, id, text});
  }
  return entries;
}

std::vector<Entry> entries_of(
    const std::vector<decoding::Transcript>& clips, const std::string& path) {
  std::vector<Entry> entries;
  for (const decoding::Transcript& clip : clips) {
    if (clip.channel != clips.front().channel) {
      throw DataError(
          path + ": channels " + clips.front().channel + " and " + clip.channel +
          "; a clip has one text to score, cut the file by channel");
    }
    entries.push_back({clip.id, clip.path, clip.text});
  }
  return entries;
}

TextFile texts_of_report(const std::string& text, const ReportPath& path, Side side) {
  const ReportedTexts reported = parse_evaluation_report(text, path);
  std::vector<Entry> entries;
  for (const ScoredText& clip : reported.texts) {
    entries.push_back(
        {clip.name(),
         clip.name(),
         side == Side::kSaid ? clip.reference : clip.hypothesis,
         clip.talker,
         clip.seconds,
         clip.repetition});
  }
  TextFile file(path.file, Format::kReport, std::move(entries));
  file.set_text_rules(reported.text_rules);
  return file;
}

TextFile texts_of(const std::string& given, const std::string& text, Side side) {
  const ReportPath report = ReportPath::parse(given);
  const std::string& path = report.file;
  const Format format = format_of(text, path);
  if (format != Format::kReport && !report.result.empty()) {
    throw DataError(given + ": only a report of sotto evaluate has results to choose");
  }
  switch (format) {
    case Format::kReport:
      return texts_of_report(text, report, side);
    case Format::kTrn:
      return {path, format, entries_of(parse_trn(text, path))};
    case Format::kCtm:
      return {path, format, entries_of(decoding::parse_ctm(text, path), path)};
    case Format::kJson:
      return {path, format, entries_of(decoding::parse_transcript_json(text, path), path)};
    case Format::kLines:
      break;
  }
  return {path, format, entries_of(parse_id_lines(text, path))};
}

/// Ids that a file lacks.
struct Missing {
  int count = 0;
  std::string first;

  void add(const std::string& id) { first = count++ == 0 ? id : first; }

  std::string spelled() const {
    return first + (count > 1 ? " and " + std::to_string(count - 1) + " more" : "");
  }
};

void need_none(const Missing& missing, const std::string& path) {
  if (missing.count > 0) {
    throw DataError(path + ": expected a line for every clip; none for " + missing.spelled());
  }
}

}  // namespace

std::vector<ScoreLine> parse_id_lines(std::string_view text, const std::string& name) {
  std::vector<ScoreLine> lines;
  UniqueIds ids;
  datasets::for_each_line(text, name, [&](std::string_view line, size_t number) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0) {
      throw DataError(datasets::line_name(name, number) + ": expected id<tab>text");
    }
    lines.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    ids.add(lines.back().first, name, number);
  });
  return lines;
}

ScoredFiles read_scored_texts(
    const std::string& reference_path, const std::string& hypothesis_path) {
  const std::string said_text = read_file(ReportPath::parse(reference_path).file);
  if (hypothesis_path.empty() &&
      !(decoding::looks_like_json(said_text) && is_evaluation_report(said_text))) {
    throw ConfigError(
        "score: " + reference_path + ": only a report of sotto evaluate is both what was said and "
        "what was heard; of other files REF HYP is expected, with --compare REF HYP OTHER");
  }
  const TextFile reference = texts_of(reference_path, said_text, Side::kSaid);
  if (reference.entries().empty()) {
    throw DataError(reference_path + ": expected clips, found none");
  }
  const TextFile hypothesis =
      hypothesis_path.empty()
          ? texts_of(reference_path, said_text, Side::kHeard)
          : texts_of(hypothesis_path, read_file(ReportPath::parse(hypothesis_path).file), Side::kHeard);
  ScoredFiles files;
  files.text_rules =
      reference.text_rules().empty() ? hypothesis.text_rules() : reference.text_rules();
  if (!hypothesis.text_rules().empty() && files.text_rules != hypothesis.text_rules()) {
    files.remarks.push_back(
        "warning: texts by the rules " + files.text_rules + " and " + hypothesis.text_rules() +
        " are compared");
  }
  Missing unheard;
  std::set<const Entry*> used;
  for (const Entry& said : reference.entries()) {
    const Entry* heard = hypothesis.find(said.id);
    if (heard == nullptr) {
      unheard.add(said.id);
    } else {
      used.insert(heard);
    }
    const Entry& known = said.talker.empty() && heard != nullptr ? *heard : said;
    files.texts.push_back(
        {said.repetition == 0 ? said.id : said.id.substr(0, said.id.rfind(" #")),
         said.text,
         heard == nullptr ? "" : heard->text,
         known.talker,
         known.seconds,
         said.repetition});
  }
  Missing unsaid;
  for (const Entry& heard : hypothesis.entries()) {
    if (used.count(&heard) == 0) {
      unsaid.add(heard.id);
    }
  }
  if (hypothesis.lacks_empty_clips() && unheard.count > 0) {
    files.remarks.push_back(
        hypothesis_path + ": no words of " + unheard.spelled() + "; scored as empty");
  } else {
    need_none(unheard, hypothesis_path);
  }
  need_none(unsaid, reference_path);
  return files;
}

}  // namespace sotto::experiments
