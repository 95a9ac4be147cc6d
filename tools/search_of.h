#pragma once

#include "common/error.h"
#include "decoding/search_options.h"
#include "experiments/language_model.h"
#include "tools/requests.h"

namespace sotto::tools {

/// @throws ConfigError for an option that the method does not look at.
inline void check_search(const SearchRequest& request, const std::string& method) {
  const auto require = [&](bool asked, const char* option, const std::string& methods) {
    if (asked && (" " + methods + " ").find(" " + method + " ") == std::string::npos) {
      throw ConfigError(
          std::string(option) + ": the method " + method + " does not look at it; expected --method " + methods);
    }
  };
  require(request.reverse_weight.has_value(), "--reverse-weight", "rescoring");
  require(request.length_bonus.has_value(), "--length-bonus", "beam");
  require(request.ctc_weight.has_value(), "--ctc-weight", "beam rescoring");
  require(request.beam.has_value(), "--beam", "beam ctc_prefix rescoring");
}

/// A model's own search settings with what the command line asks for on top.
/// @throws ConfigError as check_search().
inline decoding::SearchOptions search_of(
    const SearchRequest& request, decoding::SearchOptions search) {
  if (!request.method.empty()) {
    search.method = request.method;
  }
  check_search(request, search.method);
  search.beam = request.beam.value_or(search.beam);
  search.ctc_weight = request.ctc_weight.value_or(search.ctc_weight);
  search.reverse_weight = request.reverse_weight.value_or(search.reverse_weight);
  search.lm_weight = request.lm_weight.value_or(search.lm_weight);
  search.length_bonus = request.length_bonus.value_or(search.length_bonus);
  return search;
}

/// @throws ConfigError if a model would read nothing of `--lm`.
inline void check_reads_language_model(
    const SearchRequest& request,
    const experiments::ModelCard& card,
    const decoding::SearchOptions& search) {
  if (search.method != "beam") {
    throw ConfigError("--lm: the method " + search.method + " reads no language model; beam does");
  }
  if (search.lm_weight == 0 && !request.lm_weight) {
    throw ConfigError("--lm: the model " + card.name + " has no weight for it; give --lm-weight");
  }
}

/// The language model that `--lm` names, null where it names none: then a model's own weight of one
/// does not count.
inline std::shared_ptr<const experiments::LanguageModel> language_model_of(
    const std::string& path,
    const SearchRequest& request,
    const std::string& precision,
    const experiments::ModelCard& card,
    decoding::SearchOptions& search) {
  if (path.empty()) {
    search.lm_weight = 0;
    return nullptr;
  }
  check_reads_language_model(request, card, search);
  return experiments::load_language_model(path, card, precision_of(precision));
}

}  // namespace sotto::tools
