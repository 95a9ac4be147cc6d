#include "decoding/search.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/beam_search.h"
#include "decoding/ctc.h"
#include "decoding/ctc_prefix_search.h"
#include "decoding/decoder_scorer.h"
#include "decoding/length_bonus_scorer.h"
#include "decoding/rescoring.h"

namespace sotto::decoding {

Hypothesis greedy_search(const at::Tensor& emission) {
  std::vector<int64_t> labels;
  for (const TokenSpan& span : greedy_ctc(emission)) {
    labels.push_back(span.token);
  }
  return ctc_hypothesis(labels, emission.size(1) - 1, greedy_ctc_score(emission));
}

namespace {

std::vector<Hypothesis> by_ctc(
    const SearchInput& input, const SearchNetworks& networks, const SearchOptions& options) {
  if (!input.emission.defined()) {
    throw ConfigError(
        "decoding: method " + options.method + " needs a model with a CTC head");
  }
  if (input.emission.size(0) == 0) {
    return {};
  }
  if (options.method == "greedy") {
    return {greedy_search(input.emission)};
  }
  std::vector<Hypothesis> readings = ctc_prefix_search(input.emission, options.beam);
  if (options.method == "rescoring") {
    if (!networks.decoder) {
      throw ConfigError("decoding: method rescoring needs a model with a decoder");
    }
    if (options.reverse_weight > 0 && !networks.reversed_decoder) {
      throw ConfigError(
          "decoding: reverse_weight is above 0 but the model has no decoder that reads backwards");
    }
    rescore(
        input.memory, *networks.decoder, networks.reversed_decoder.get(), options.ctc_weight,
        options.reverse_weight, readings);
  }
  readings.resize(std::min(readings.size(), static_cast<size_t>(options.nbest)));
  return readings;
}

}  // namespace

std::vector<Hypothesis> search(
    const SearchInput& input,
    const SearchNetworks& networks,
    int64_t vocabulary_size,
    const SearchOptions& options) {
  return search_batch({input}, networks, vocabulary_size, options).front();
}

std::vector<std::vector<Hypothesis>> search_batch(
    const std::vector<SearchInput>& inputs,
    const SearchNetworks& networks,
    int64_t vocabulary_size,
    const SearchOptions& options) {
  if (options.method != "beam") {
    std::vector<std::vector<Hypothesis>> readings;
    for (const SearchInput& input : inputs) {
      readings.push_back(by_ctc(input, networks, options));
    }
    return readings;
  }
  std::vector<WeightedScorer> scorers;
  if (options.ctc_weight < 1) {
    if (!networks.decoder) {
      throw ConfigError("decoding: the model has no attention decoder; set ctc_weight=1");
    }
    scorers.push_back(
        {"decoder", 1 - options.ctc_weight, std::make_shared<DecoderScorer>(networks.decoder)});
  }
  if (options.lm_weight > 0) {
    if (!networks.language_model) {
      throw ConfigError("decoding: lm_weight is above 0 but no language model was given");
    }
    scorers.push_back({"lm", options.lm_weight, networks.language_model});
  }
  if (options.length_bonus != 0) {
    scorers.push_back(
        {"length_bonus",
         options.length_bonus,
         std::make_shared<LengthBonusScorer>(vocabulary_size)});
  }
  return BeamSearch(options, vocabulary_size, std::move(scorers)).search(inputs);
}

}  // namespace sotto::decoding
