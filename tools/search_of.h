#pragma once

#include "decoding/search_options.h"
#include "tools/requests.h"

namespace sotto::tools {

/// A model's own search settings with what the command line asks for on top.
inline decoding::SearchOptions search_of(
    const SearchRequest& request, decoding::SearchOptions search) {
  if (!request.method.empty()) {
    search.method = request.method;
  }
  search.beam = request.beam.value_or(search.beam);
  search.ctc_weight = request.ctc_weight.value_or(search.ctc_weight);
  search.reverse_weight = request.reverse_weight.value_or(search.reverse_weight);
  search.lm_weight = request.lm_weight.value_or(search.lm_weight);
  search.length_bonus = request.length_bonus.value_or(search.length_bonus);
  return search;
}

}  // namespace sotto::tools
