#pragma once

#include "decoding/search_options.h"
#include "tools/requests.h"

namespace sotto::tools {

/// A model's own search settings with what the command line asks for on top.
inline decoding::SearchOptions search_of(
    const SearchRequest& request, decoding::SearchOptions search) {
  if (request.greedy) {
    search.method = "greedy";
  }
  search.beam = request.beam.value_or(search.beam);
  search.ctc_weight = request.ctc_weight.value_or(search.ctc_weight);
  return search;
}

}  // namespace sotto::tools
