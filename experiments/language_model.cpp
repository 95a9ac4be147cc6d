#include "experiments/language_model.h"

#include "common/error.h"
#include "decoding/arpa_reader.h"
#include "decoding/lm_scorer.h"
#include "decoding/ngram_token_scorer.h"
#include "decoding/ngram_word_scorer.h"

namespace sotto::experiments {
namespace {

void check_vocabulary(const std::string& path, const ModelCard& own, const ModelCard& card) {
  const auto& tokens = own.tokens;
  if (tokens.size() != card.tokens.size()) {
    throw ConfigError(
        path + ": expected a vocabulary of " + std::to_string(card.tokens.size()) +
        " tokens as the model " + card.name + " has, got " + std::to_string(tokens.size()));
  }
  // Tokens that an import could only number agree with any.
  const bool comparable = !are_numbered(tokens) && !are_numbered(card.tokens);
  for (size_t id = 0; id < tokens.size(); ++id) {
    if (comparable && tokens[id] != card.tokens[id]) {
      throw ConfigError(
          path + ": expected the vocabulary of the model " + card.name + ", whose token " +
          std::to_string(id) + " is '" + card.tokens[id] + "', got '" + tokens[id] + "'");
    }
  }
}

LanguageModel ngrams_of(const std::string& path, const ModelCard& card) {
  if (are_numbered(card.tokens)) {
    throw ConfigError(
        path + ": n-grams need text, and that of the model " + card.name +
        "'s tokens is unknown; import it again with --units");
  }
  LanguageModel model;
  model.ngrams = std::make_shared<const decoding::NgramModel>(decoding::read_arpa(path));
  const auto tokenizer = tokenizer_of(card);
  const NgramAgreement agreement = agreement_of(*model.ngrams, path, *tokenizer, card.name);
  model.words = agreement.kind;
  const bool of_tokens = model.words == NgramWords::kTokens;
  for (int64_t id = 0; id < tokenizer->size(); ++id) {
    model.units.push_back(of_tokens ? tokenizer->token(id) : tokenizer->piece(id));
  }
  const size_t fitting = of_tokens ? agreement.tokens : agreement.spelled;
  model.about = path + ": " + std::to_string(model.ngrams->order()) + "-grams of " +
                (of_tokens ? "tokens" : "words") + "; of " + std::to_string(agreement.words) +
                ", " + std::to_string(fitting) + (of_tokens ? " are" : " can be spelled with") +
                " the model's tokens";
  return model;
}

LanguageModel network_of(
    const std::string& path, const ModelCard& card, std::optional<Precision> packed) {
  LoadedLanguageModel loaded = read_language_model(path);
  check_vocabulary(path, loaded.card, card);
  if (packed) {
    pack(loaded, *packed);
  }
  LanguageModel model;
  model.network = loaded.network.ptr();
  model.about = path + ": " + loaded.card.name;
  const std::string& rules = loaded.card.text_rules;
  if (!rules.empty() && !card.text_rules.empty() && rules != card.text_rules) {
    model.warning = "warning: " + path + " learnt texts by the rules " + rules + ", the model " +
                    card.name + " by " + card.text_rules +
                    ": words that the two write otherwise count against what was said";
  }
  return model;
}

}  // namespace

std::shared_ptr<decoding::Scorer> LanguageModel::make_scorer() const {
  if (network) {
    return std::make_shared<decoding::LmScorer>(network);
  }
  if (words == NgramWords::kTokens) {
    return std::make_shared<decoding::NgramTokenScorer>(ngrams, units);
  }
  return std::make_shared<decoding::NgramWordScorer>(ngrams, units);
}

std::shared_ptr<const LanguageModel> load_language_model(
    const std::string& path, const ModelCard& card, std::optional<Precision> packed) {
  return std::make_shared<const LanguageModel>(
      decoding::is_arpa(path) ? ngrams_of(path, card) : network_of(path, card, packed));
}

}  // namespace sotto::experiments
