#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// The names of all text rules, sorted. A name ends in its version: what is changed in the rules
/// behind a name gets the next number, because a store, a model and a score carry the name, and
/// error rates under different rules cannot be compared.
std::vector<std::string> text_rule_names();

/// `text` as it is trained on and scored under the rules `name`, such as "english-1". May be called
/// from several threads.
/// @throws ConfigError if there are no such rules.
std::string apply_text_rules(std::string_view name, std::string_view text);

}  // namespace sotto::datasets
