#include <algorithm>
#include <map>

#include "common/format_text.h"
#include "datasets/text/utf8.h"
#include "experiments/doctor_checks.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

constexpr size_t kMostStrays = 8;  ///< characters listed

/// Letters A to Z of either case.
struct Letters {
  int64_t upper = 0;
  int64_t lower = 0;

  void add(const std::string& text) {
    for (const char c : text) {
      upper += c >= 'A' && c <= 'Z' ? 1 : 0;
      lower += c >= 'a' && c <= 'z' ? 1 : 0;
    }
  }
  double upper_share() const { return share_of(upper, upper + lower); }
  bool any() const { return upper + lower > 0; }
};

/// What belongs to a normalised text: letters of any script, digits, apostrophes, blanks within.
bool is_speech(const std::string& character) {
  const char c = character[0];
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '\'' || c == ' ';
  if (character.size() == 1) {
    return plain;
  }
  // General punctuation, Chinese punctuation, full-width forms; the rest above ASCII are letters.
  return character.compare(0, 2, "\xE2\x80") != 0 && character.compare(0, 2, "\xE3\x80") != 0 &&
         character.compare(0, 2, "\xEF\xBC") != 0 && character.compare(0, 2, "\xEF\xBD") != 0 &&
         character.compare(0, 2, "\xC2\xA0") != 0;
}

Letters letters_of_units(const std::vector<std::string>& tokens) {
  Letters letters;
  for (const std::string& token : tokens) {
    if (token.empty() || token.front() != '<') {  // <blank> and its like are names
      letters.add(token);
    }
  }
  return letters;
}

void check_empty(const Manifest& manifest, Findings& findings) {
  std::vector<std::string> empty;
  for (const ManifestEntry& entry : manifest) {
    if (entry.text.find_first_not_of(' ') == std::string::npos) {
      empty.push_back(entry.id);
    }
  }
  const auto count = static_cast<int64_t>(empty.size());
  const auto total = static_cast<int64_t>(manifest.size());
  if (count == 0) {
    return;
  }
  const double share = share_of(count, total);
  findings.push_back(
      {share > 0.05 && count < total ? Severity::kSerious : Severity::kLook,
       "empty texts",
       count == total ? "no clip has a text"
                      : share_text(count, total) + " have no text: " + some_of(empty),
       count == total
           ? "such a store can be transcribed, not trained on or scored"
           : "find their texts or leave them out (--list): they teach silence and count as "
             "insertions",
       {{"share_empty", share}}});
}

void check_case(const Manifest& manifest, const DoctorModel* model, Findings& findings) {
  Letters texts;
  for (const ManifestEntry& entry : manifest) {
    texts.add(entry.text);
  }
  if (!texts.any()) {
    return;
  }
  const double upper = texts.upper_share();
  Finding finding{Severity::kFine, "text case", ""};
  finding.numbers = {{"share_upper", upper}};
  const std::string shares =
      format_text("%.1f %% of the letters of texts are capitals", 100 * upper);
  const Letters units = letters_of_units(
      model != nullptr ? model->tokenizer->tokens() : datasets::english_characters());
  finding.found = shares;
  if (units.any() && units.upper == 0 && upper > 0) {
    finding.severity = model != nullptr && upper > 0.01 ? Severity::kSerious : Severity::kLook;
    finding.found += std::string(", and ") +
                     (model != nullptr ? "the model's" : "sotto's own English") + " units are lower case";
    finding.fix = std::string("write the texts in lower case and prepare again") +
                  (model != nullptr ? "" : ", or train with units of this case (tokenizer.units)");
  } else if (units.any() && units.lower == 0) {
    finding.found += "; the model's units are, and every text is written in them";
  } else if (upper > 0.05 && upper < 0.95) {
    finding.severity = Severity::kLook;
    finding.found += ": both cases stand for the same sounds";
    finding.fix = "prepare again with texts of one case";
  }
  findings.push_back(finding);
}

void check_characters(const Manifest& manifest, Findings& findings) {
  std::map<std::string, int64_t> strays;
  int64_t texts = 0;
  int64_t digits = 0;
  int64_t blanks = 0;
  for (const ManifestEntry& entry : manifest) {
    bool odd = false;
    for (const std::string& character : datasets::utf8_characters(entry.text)) {
      if (!is_speech(character)) {
        ++strays[character];
        odd = true;
      }
    }
    texts += odd ? 1 : 0;
    digits += entry.text.find_first_of("0123456789") != std::string::npos ? 1 : 0;
    const bool edges =
        !entry.text.empty() && (entry.text.front() == ' ' || entry.text.back() == ' ');
    blanks += edges || entry.text.find("  ") != std::string::npos ? 1 : 0;
  }
  const auto total = static_cast<int64_t>(manifest.size());
  if (texts > 0) {
    std::vector<std::pair<int64_t, std::string>> most;
    for (const auto& [character, count] : strays) {
      most.emplace_back(count, character);
    }
    std::sort(most.rbegin(), most.rend());
    std::string list;
    for (size_t i = 0; i < std::min(most.size(), kMostStrays); ++i) {
      const bool control = static_cast<unsigned char>(most[i].second[0]) < ' ';
      list += (i == 0 ? "" : "  ") + (control ? "(control)" : most[i].second) + " " +
              std::to_string(most[i].first);
    }
    findings.push_back(
        {Severity::kLook,
         "characters",
         share_text(texts, total, "texts") + " hold characters that are not spoken: " + list,
         "prepare again with text rules that take them out",
         {{"share_with_strays", share_of(texts, total)}}});
  }
  if (digits > 0) {
    findings.push_back(
        {Severity::kNote,
         "digits",
         share_text(digits, total, "texts") +
             " hold digits, which say nothing of how they were read",
         "text rules that spell numbers give them sounds",
         {{"share_with_digits", share_of(digits, total)}}});
  }
  if (blanks > 0) {
    findings.push_back(
        {Severity::kLook,
         "blanks",
         share_text(blanks, total, "texts") + " have blanks at an end or two in a row",
         "prepare again with text rules",
         {{"share_with_blanks", share_of(blanks, total)}}});
  }
  if (texts == 0 && blanks == 0) {
    findings.push_back(
        {Severity::kFine, "characters", "texts hold nothing that is not spoken", "", {}});
  }
}

}  // namespace

void check_texts(const Manifest& manifest, const DoctorModel* model, Findings& findings) {
  check_empty(manifest, findings);
  check_case(manifest, model, findings);
  check_characters(manifest, findings);
}

}  // namespace sotto::experiments
