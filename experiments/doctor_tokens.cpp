#include <algorithm>

#include "common/error.h"
#include "common/files.h"
#include "common/format_text.h"
#include "experiments/doctor_checks.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

constexpr size_t kMostTexts = 20000;  ///< written as tokens, spread over the store

/// Frames that CTC needs at least: one a token, one more between equal ones.
int64_t frames_needed(const std::vector<int64_t>& tokens) {
  auto frames = static_cast<int64_t>(tokens.size());
  for (size_t i = 1; i < tokens.size(); ++i) {
    frames += tokens[i] == tokens[i - 1] ? 1 : 0;
  }
  return frames;
}

/// What comes of writing the texts as tokens.
struct Written {
  int64_t texts = 0;
  int64_t tokens = 0;
  int64_t unknown = 0;
  std::vector<std::string> refused;
  std::string reason;
  std::vector<std::string> crowded;
};

Written write_texts(const Manifest& manifest, const datasets::Tokenizer& tokenizer) {
  const auto& tokens = tokenizer.tokens();
  const auto unk = std::find(tokens.begin(), tokens.end(), "<unk>") - tokens.begin();
  const size_t step = std::max<size_t>(1, manifest.size() / kMostTexts);
  Written written;
  for (size_t i = 0; i < manifest.size(); i += step) {
    const ManifestEntry& entry = manifest[i];
    if (entry.text.empty()) {
      continue;
    }
    ++written.texts;
    try {
      const std::vector<int64_t> ids = tokenizer.encode(entry.text);
      written.tokens += static_cast<int64_t>(ids.size());
      written.unknown += std::count(ids.begin(), ids.end(), static_cast<int64_t>(unk));
      if (frames_needed(ids) > datasets::frame_count(entry)) {
        written.crowded.push_back(entry.id);
      }
    } catch (const Error& fault) {
      written.reason = written.refused.empty() ? fault.what() : written.reason;
      written.refused.push_back(entry.id);
    }
  }
  return written;
}

std::string table_text(const datasets::Tokenizer& tokenizer) {
  std::string table;
  for (const std::string& token : tokenizer.tokens()) {
    table += token + "\n";
  }
  return format_text(
      "%lld %s units, table %s",
      static_cast<long long>(tokenizer.size()),
      tokenizer.type().c_str(),
      checksum_hex(table.data(), table.size()).c_str());
}

}  // namespace

void check_tokens(const Manifest& manifest, const DoctorModel& model, Findings& findings) {
  const datasets::Tokenizer& tokenizer = *model.tokenizer;
  const std::string table = table_text(tokenizer);
  if (tokenizer.type() == "sentencepiece" && tokenizer.model().empty()) {
    findings.push_back(
        {Severity::kLook,
         "tokens",
         table + "; the model cannot write texts as tokens, so they were not compared",
         "import it again with --spm",
         {}});
    return;
  }
  const Written written = write_texts(manifest, tokenizer);
  const auto refused = static_cast<int64_t>(written.refused.size());
  const double refused_share = share_of(refused, written.texts);
  const double unknown_share = share_of(written.unknown, written.tokens);
  Finding finding{Severity::kFine, "tokens", table};
  finding.numbers = {{"share_refused", refused_share}, {"share_unknown", unknown_share}};
  if (refused > 0 || written.unknown > 0) {
    finding.severity =
        refused_share > 0.01 || unknown_share > 0.01 ? Severity::kSerious : Severity::kLook;
    finding.found += "; " + share_text(refused, written.texts, "texts") +
                     " cannot be written in it and " +
                     share_text(written.unknown, written.tokens, "tokens") + " are <unk>" +
                     (written.reason.empty() ? "" : ": " + written.reason);
    finding.fix =
        "prepare the texts by the rules that the model was trained with (case, punctuation, "
        "digits), or take the model's own units file";
  } else {
    finding.found += "; all " + std::to_string(written.texts) + " texts can be written in it, " +
                     std::to_string(written.tokens) + " tokens";
  }
  findings.push_back(finding);
  if (!written.crowded.empty()) {
    const auto count = static_cast<int64_t>(written.crowded.size());
    const double share = share_of(count, written.texts);
    findings.push_back(
        {share > 0.01 ? Severity::kSerious : Severity::kLook,
         "texts too long",
         share_text(count, written.texts, "texts") +
             " have more tokens than frames, which CTC cannot align: " + some_of(written.crowded),
         "their texts are of other clips, or the clips are cut off: leave them out (--list)",
         {{"share_crowded", share}}});
  }
}

void check_decoding(const DoctorModel& model, Findings& findings) {
  Finding finding{Severity::kNote, "decoding", ""};
  finding.found = format_text(
      "%s searches with %s, beam %lld, CTC weight %g, language model weight %g, length bonus %g",
      model.name.c_str(),
      model.method.c_str(),
      static_cast<long long>(model.beam),
      model.ctc_weight,
      model.lm_weight,
      model.length_bonus);
  finding.fix = "published numbers hold for the settings they were measured with";
  if (model.method == "beam" && model.beam < 3) {
    finding.severity = Severity::kLook;
    finding.fix = "a beam this narrow loses readings: try --beam 10";
  } else if (model.lm_weight > 0) {
    finding.severity = Severity::kLook;
    finding.fix = "its settings expect a language model: give it by --lm";
  }
  findings.push_back(finding);
}

}  // namespace sotto::experiments
