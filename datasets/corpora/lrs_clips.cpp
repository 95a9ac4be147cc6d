#include "datasets/corpora/lrs_clips.h"

#include <algorithm>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/corpora/clip_paths.h"
#include "datasets/corpora/known_totals.h"

namespace sotto::datasets {
namespace {

std::string join_words(const std::vector<WordTime>& words) {
  std::string text;
  for (const WordTime& word : words) {
    text += (text.empty() ? "" : " ") + word.word;
  }
  return text;
}

}  // namespace

void LrsCutOptions::visit(OptionVisitor& visitor) {
  visitor.field(
      "cut",
      cut,
      {"auto_avsr", "pauses"},
      "how long clips are cut: auto_avsr fills parts up to longest_s; pauses cuts at each pause of "
      "0.4 s");
  visitor.field(
      "longest_s", longest_s, between(0.5, 3600), "s", "clips are cut where they are longer");
}

std::filesystem::path LrsClips::transcript(const CorpusItem& item) const {
  return (builder_.root() / item.source).replace_extension(".txt");
}

bool LrsClips::read(CorpusItem& item, LrsText& lrs) {
  const std::filesystem::path path = transcript(item);
  if (!is_file(path)) {
    item.skip_reason = "no transcript: " + path.string() + " is missing";
    return false;
  }
  try {
    lrs = parse_lrs_text(builder_.read_transcript(path), path.string());
  } catch (const DataError& error) {
    item.skip_reason = error.what();
    return false;
  }
  return true;
}

// A word that the rules make nothing of, such as {NS}, has no time; one that they make two of
// ("twenty-one") keeps one time for both. Parts end at whole frames, before the end of their last
// word.
std::vector<WordTime> LrsClips::words(const LrsText& lrs, const WordCut& cut) const {
  std::vector<WordTime> result;
  result.reserve(cut.last - cut.first);  // a corpus has millions
  const double start_s = seconds_of(cut.begin);
  for (size_t i = cut.first; i < cut.last; ++i) {
    WordTime word = lrs.words[i];
    word.word = builder_.normalised(word.word);
    word.start_s = std::max(0.0, word.start_s - start_s);
    word.end_s -= start_s;
    if (cut.end > 0) {
      word.end_s = std::min(word.end_s, seconds_of(cut.end - cut.begin));
    }
    if (!word.word.empty()) {
      result.push_back(std::move(word));
    }
  }
  return result;
}

int64_t LrsClips::add_sentence(CorpusItem item) {
  LrsText lrs;
  if (read(item, lrs)) {
    builder_.set_text(item, lrs.text, lrs.text_where);
    if (lrs.words_fault.empty()) {
      item.words = words(lrs, {0, lrs.words.size(), 0, 0, ""});
    } else {
      builder_.count("word tables were left out for a bad row", lrs.words_fault);
    }
  }
  const int64_t count = item.skip_reason.empty() ? count_words(item.text) : 0;
  builder_.add(std::move(item));
  return count;
}

void LrsClips::add_long(const CorpusItem& item) {
  CorpusItem whole = item;
  whole.id = item.id + "_00";
  LrsText lrs;
  if (read(whole, lrs)) {
    if (!lrs.words_fault.empty()) {
      whole.skip_reason = lrs.words_fault;
    } else if (lrs.words.empty()) {
      whole.skip_reason = (lrs.has_words ? lrs.words_where : transcript(item).string()) +
                          ": expected a table 'WORD START END ASDSCORE' with words, got none";
    }
  }
  if (!whole.skip_reason.empty()) {
    builder_.add(std::move(whole));
    return;
  }
  const bool pauses = cut_.cut == "pauses";
  const std::vector<WordCut> cuts =
      pauses ? cut_at_pauses(lrs.words, cut_.longest_s) : cut_at_limit(lrs.words, cut_.longest_s);
  for (size_t i = 0; i < cuts.size(); ++i) {
    const WordCut& cut = cuts[i];
    CorpusItem part = item;
    part.id = item.id + format_text("_%02zu", i);
    part.begin = cut.begin;
    part.end = cut.end;
    part.words = words(lrs, cut);
    if (!cut.fault.empty()) {
      part.skip_reason = lrs.words_where + ": " + cut.fault;
    } else if (pauses && cuts.size() == 1) {
      builder_.set_text(part, lrs.text, lrs.text_where);  // as AV-HuBERT does for whole clips
    } else {
      part.text = join_words(part.words);
      part.skip_reason = part.text.empty() ? lrs.words_where + ": no words in this part" : "";
    }
    const double last_s = lrs.words[cut.last - 1].end_s;
    if (pauses && last_s - seconds_of(cut.begin) >= cut_.longest_s) {
      builder_.count("parts are longer than longest_s and have no pause to be cut at", part.id);
    }
    builder_.add(std::move(part));
  }
}

}  // namespace sotto::datasets
