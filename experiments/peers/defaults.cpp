#include "experiments/peers/defaults.h"

#include <algorithm>

#include "common/error.h"
#include "datasets/text/sentencepiece.h"
#include "datasets/text/units.h"

namespace sotto::experiments {
namespace {

using Tokens = std::vector<std::string>;

/// What a tensor without elements claims costs nothing; tokens do. No units file has more.
constexpr int64_t kMostClasses = 1'000'002;

std::string count_text(const Tokens& tokens) { return std::to_string(tokens.size()) + " tokens"; }

Tokens fitting(const Tokens& tokens, int64_t V, const std::string& source) {
  if (static_cast<int64_t>(tokens.size()) != V) {
    throw DataError(
        source + ": expected " + std::to_string(V) + " tokens with <blank> and <eos>, as the " +
        "checkpoint has, got " + std::to_string(tokens.size()));
  }
  return tokens;
}

/// A units file beside the checkpoint, unless it is another model's.
Tokens nearby_tokens(const std::string& path, int64_t V, ImportReport& report) {
  if (path.empty()) {
    return {};
  }
  try {
    const Tokens tokens = datasets::read_units(path);
    if (static_cast<int64_t>(tokens.size()) == V) {
      report.remarks.push_back("units " + path);
      return tokens;
    }
    report.remarks.push_back(path + " has " + count_text(tokens) + ", not taken");
  } catch (const Error& fault) {
    report.remarks.push_back(std::string(fault.what()) + ", not taken");
  }
  return {};
}

bool is_english_characters(const ModelCard& card) {
  return card.tokenizer_type == "characters" &&
         std::find(card.tokens.begin(), card.tokens.end(), "<space>") != card.tokens.end();
}

}  // namespace

void set_vocabulary(
    ModelCard& card,
    int64_t V,
    const PeerConfig& config,
    const std::string& units,
    const std::string& nearby,
    const std::string& sentencepiece,
    ImportReport& report) {
  if (V == 0) {
    card.tokens = numbered_tokens(3);
    card.tokenizer_type = datasets::tokenizer_type_of(card.tokens);
    return;
  }
  if (V < 3 || V > kMostClasses) {
    throw CheckpointError(
        "expected 3 to " + std::to_string(kMostClasses) + " classes, got " + std::to_string(V));
  }
  if (!units.empty()) {
    card.tokens = fitting(datasets::read_units(units), V, units);
  } else if (!config.tokens().empty()) {
    card.tokens = fitting(config.tokens(), V, config.path() + ": char_list");
  } else {
    card.tokens = nearby_tokens(nearby, V, report);
  }
  if (card.tokens.empty()) {
    card.tokens = numbered_tokens(V);
    report.assumptions.push_back(
        "tokens without text, <1> to <" + std::to_string(V - 2) +
        ">: give the units file with --units" +
        (V == 5049 ? " (auto_avsr's spm/unigram/unigram5000_units.txt has as many)" : ""));
  }
  card.tokenizer_type = datasets::tokenizer_type_of(card.tokens);
  if (!sentencepiece.empty()) {
    card.tokenizer_type = "sentencepiece";
    card.tokenizer_model = datasets::read_sentencepiece_model(sentencepiece);
  }
  tokenizer_of(card);  // throws where they do not fit
}

void set_decoding_defaults(ModelCard& card, const PeerConfig& config) {
  auto& decode = card.decode;
  decode.beam = 40;
  decode.ctc_weight = card.model.ctc ? 0.1 : 0.0;
  const bool lips_alone = !card.model.audio.chosen();
  if (card.family == "vsr-ml" && lips_alone) {
    decode.lm_weight = config.text("labels_type", "char") == "unigram5000" ? 0.3 : 0.6;
    decode.length_bonus = is_english_characters(card) ? 0.5 : 0.0;
  }
  if (card.family == "cnvsrc-2023" || card.family == "cnvsrc-2024") {
    decode.ctc_weight = 0.5;
  }
  if (card.family == "wenet") {
    decode.method = "rescoring";
    decode.beam = 10;
    decode.ctc_weight = 0.5;
    decode.reverse_weight = card.model.reversed_decoder.layers > 0 ? 0.3 : 0.0;
  }
  if (card.model.decoder.layers == 0) {
    decode.method = "greedy";
  }
}

}  // namespace sotto::experiments
