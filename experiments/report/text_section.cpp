#include "experiments/report/text_section.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/format_text.h"
#include "common/markup.h"
#include "common/svg_plot.h"
#include "experiments/report/curves.h"
#include "experiments/score_errors.h"

namespace sotto::experiments {
namespace {

constexpr size_t kWorst = 12;       // sentences a modality
constexpr size_t kConfusions = 15;  // pairs a modality
constexpr double kLengths = 6;      // groups of clips

struct Read {
  const ValidatedText* text;
  EditCounts counts;
};

ScoreUnit unit_of(bool characters) {
  return characters ? ScoreUnit::kCharacters : ScoreUnit::kWords;
}

ScoreOptions score_options() {
  ScoreOptions options;
  options.count_spaces = false;
  return options;
}

std::vector<AlignedUnit> aligned(
    const std::string& reference, const std::string& hypothesis, bool characters) {
  const ScoreUnit unit = unit_of(characters);
  return align_edits(
      score_units(reference, unit, score_options()),
      score_units(hypothesis, unit, score_options()));
}

EditCounts counts_of(const ValidatedText& text, bool characters) {
  const ScoreUnit unit = unit_of(characters);
  return count_edits(
      score_units(text.reference, unit, score_options()),
      score_units(text.hypothesis, unit, score_options()));
}

std::string cell(const char* kind, const std::string& word) {
  if (word.empty()) {
    return "<td><span class=\"none\">&middot;</span>";
  }
  return kind == nullptr
             ? "<td>" + escape_markup(word)
             : "<td><span class=\"w " + std::string(kind) + "\">" + escape_markup(word) + "</span>";
}

std::string worst_sentences(std::vector<Read> reads, bool characters) {
  std::stable_sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
    return a.counts.errors() != b.counts.errors() ? a.counts.errors() > b.counts.errors()
                                                  : a.counts.rate() > b.counts.rate();
  });
  std::string all;
  for (size_t i = 0; i < std::min(reads.size(), kWorst) && reads[i].counts.errors() > 0; ++i) {
    const auto& [text, counts] = reads[i];
    all += "<div class=\"text\"><header><b>" + escape_markup(text->id) + "</b><span>" +
           format_text(
               "%.1f s</span><span>%lld of %lld wrong</span></header>",
               text->seconds,
               static_cast<long long>(counts.errors()),
               static_cast<long long>(counts.reference())) +
           marked_pair(text->reference, text->hypothesis, characters) + "</div>\n";
  }
  return all.empty() ? "<p>No sentence has an error.</p>\n"
                     : "<div class=\"texts\">" + all + "</div>\n";
}

std::string confusion_table(const std::vector<ValidatedText>& texts, bool characters) {
  std::vector<ScoredText> scored;
  for (const ValidatedText& text : texts) {
    scored.push_back({text.id, text.reference, text.hypothesis});
  }
  const std::vector<Confusion> confusions =
      find_errors(scored, unit_of(characters), score_options(), kConfusions).confusions;
  std::string rows = "<table><tr><th class=\"n\">times<th>said<th>heard</tr>\n";
  for (const Confusion& confusion : confusions) {
    const auto side = [](const std::string& word, const char* none) {
      return word.empty() ? "<span class=\"none\">" + std::string(none) + "</span>"
                          : escape_markup(word);
    };
    rows += format_text("<tr><td class=\"n\">%lld<td>", static_cast<long long>(confusion.count)) +
            side(confusion.reference, "nothing") + "<td>" + side(confusion.hypothesis, "left out") +
            "</tr>\n";
  }
  return confusions.empty() ? "" : rows + "</table>\n";
}

/// Errors of clips in groups of equal count by length: bars with the limits below.
std::string by_length(std::vector<Read> reads, const std::string& modality) {
  std::stable_sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
    return a.text->seconds < b.text->seconds;
  });
  const double groups = std::min(kLengths, std::floor(static_cast<double>(reads.size()) / 2));
  if (groups < 2 || reads.front().text->seconds == reads.back().text->seconds) {
    return "";  // clips of one length say nothing
  }
  struct Bar {
    double from;
    double to;
    size_t clips;
    double rate;
  };
  std::vector<Bar> bars;
  double highest = 0;
  for (double g = 0; g < groups; ++g) {
    const auto count = static_cast<double>(reads.size());
    const auto begin = static_cast<size_t>(g * count / groups);
    const auto end = static_cast<size_t>((g + 1) * count / groups);
    EditCounts counts;
    for (size_t i = begin; i < end; ++i) {
      counts += reads[i].counts;
    }
    const double rate = std::isfinite(counts.rate()) ? 100 * counts.rate() : 100;
    bars.push_back({reads[begin].text->seconds, reads[end - 1].text->seconds, end - begin, rate});
    highest = std::max(highest, rate);
  }
  constexpr double kWidth = 520;
  constexpr double kHeight = 150;
  const double step = kWidth / groups;
  std::string svg = format_text(
      "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" font-size=\"12\">\n", kWidth, kHeight + 56);
  for (size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    const double high = highest > 0 ? kHeight * bar.rate / highest : 0;
    const double left = step * static_cast<double>(i);
    svg += format_text(
        "<rect class=\"c%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\">"
        "<title>%zu clips of %.1f to %.1f s: %.1f %%</title></rect>"
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-weight=\"600\">%.3g</text>"
        "<text class=\"ink\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f–%.1f</text>\n",
        modality_colour(modality),
        left + 5,
        18 + kHeight - std::max(high, 1.0),
        step - 10,
        std::max(high, 1.0),
        bar.clips,
        bar.from,
        bar.to,
        bar.rate,
        left + step / 2,
        13 + kHeight - std::max(high, 1.0),
        bar.rate,
        left + step / 2,
        kHeight + 34,
        bar.from,
        bar.to);
  }
  svg += format_text(
      "<text class=\"ink\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">length of the clip, "
      "s</text></svg>\n",
      kWidth / 2,
      kHeight + 52);
  return svg;
}

}  // namespace

bool without_blanks(const std::vector<ValidatedText>& texts) {
  size_t bytes = 0;
  size_t blanks = 0;
  for (const ValidatedText& text : texts) {
    bytes += text.reference.size();
    blanks += static_cast<size_t>(std::count(text.reference.begin(), text.reference.end(), ' '));
  }
  const bool wide = std::any_of(texts.begin(), texts.end(), [](const ValidatedText& text) {
    return std::any_of(text.reference.begin(), text.reference.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0xe3;  // where East Asian scripts begin in UTF-8
    });
  });
  return wide && blanks * 20 < bytes;
}

std::string marked_pair(
    const std::string& reference, const std::string& hypothesis, bool characters) {
  std::string said = "<tr><td>said";
  std::string heard = "<tr><td>heard";
  for (const AlignedUnit& pair : aligned(reference, hypothesis, characters)) {
    const bool left_out = pair.hypothesis.empty();
    const bool added = pair.reference.empty();
    const bool equal = pair.reference == pair.hypothesis;
    said += cell(left_out ? "del" : nullptr, pair.reference);
    heard += cell(equal ? nullptr : added ? "ins" : "sub", pair.hypothesis);
  }
  return "<div class=\"pairs\"><table>" + said + "</tr>\n" + heard + "</tr></table></div>";
}

std::string text_sections(const RunData& run) {
  if (run.texts.texts.empty()) {
    return "";
  }
  const bool characters = without_blanks(run.texts.texts);
  std::map<std::string, std::vector<ValidatedText>, ModalityOrder> by_modality;
  std::map<std::string, std::vector<Read>> reads;
  for (const ValidatedText& text : run.texts.texts) {
    by_modality[text.modality].push_back(text);
    reads[text.modality].push_back({&text, counts_of(text, characters)});
  }
  std::string worst;
  std::string confusions;
  std::string lengths;
  for (const auto& [modality, texts] : by_modality) {
    const std::string title = modality_title(modality);
    // The one that hears most stands open.
    const bool open = by_modality.size() == 1 || modality == "av";
    worst += std::string("<details") + (open ? " open" : "") + "><summary>" + escape_markup(title) +
             "</summary>" + worst_sentences(reads[modality], characters) + "</details>\n";
    const std::string table = confusion_table(texts, characters);
    confusions += table.empty() ? "" : figure(title, "", "<div class=\"wide\">" + table + "</div>");
    const std::string bars = by_length(reads[modality], modality);
    lengths += bars.empty() ? "" : figure(title, "", bars);
  }
  const std::string when = "<p class=\"soft\">Validation after epoch " +
                           std::to_string(run.texts.epoch) + " of stage " +
                           escape_markup(run.texts.stage) + ".</p>";
  std::string html = "<section><h2>Worst sentences</h2>" + when + worst + "</section>\n";
  if (!lengths.empty()) {
    html += "<section><h2>" + std::string(characters ? "Character" : "Word") +
            " error rate by length, %</h2><div class=\"row\">" + lengths + "</div></section>\n";
  }
  if (!confusions.empty()) {
    html += "<section><h2>What is taken for what</h2><div class=\"row\">" + confusions +
            "</div></section>\n";
  }
  return html;
}

}  // namespace sotto::experiments
