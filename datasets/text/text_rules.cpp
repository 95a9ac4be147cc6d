#include "datasets/text/text_rules.h"

#include <map>

#include "common/error.h"
#include "datasets/text/normalise.h"
#include "datasets/text/normalise_mandarin.h"
#include "datasets/text/normalise_spelled.h"

namespace sotto::datasets {
namespace {

using Rules = std::string (*)(std::string_view);

const std::map<std::string, Rules, std::less<>>& all_rules() {
  static const std::map<std::string, Rules, std::less<>> rules = {
      {kEnglishRules, &normalise_english},
      {kEnglishSpelledRules, &normalise_english_spelled},
      {kMandarinRules, &normalise_mandarin},
      {kMandarinSimplifiedRules, &normalise_mandarin_simplified},
      {kMandarinSpokenRules, &normalise_mandarin_spoken},
  };
  return rules;
}

}  // namespace

std::vector<std::string> text_rule_names() {
  std::vector<std::string> names;
  for (const auto& entry : all_rules()) {
    names.push_back(entry.first);
  }
  return names;
}

std::string apply_text_rules(std::string_view name, std::string_view text) {
  const auto entry = all_rules().find(name);
  if (entry == all_rules().end()) {
    std::string known;
    for (const std::string& each : text_rule_names()) {
      known += (known.empty() ? "" : ", ") + each;
    }
    throw ConfigError("text rules: expected one of " + known + ", got '" + std::string(name) + "'");
  }
  return entry->second(text);
}

}  // namespace sotto::datasets
