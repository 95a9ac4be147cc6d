#include "experiments/text_tokens.h"

#include <algorithm>
#include <optional>

#include "common/error.h"
#include "datasets/text/normalise.h"
#include "datasets/text/special_tokens.h"
#include "decoding/transcript_text.h"
#include "experiments/score.h"

namespace sotto::experiments {
namespace {

/// Nothing if the vocabulary lacks some of it. Standing in with <unk> does not count: nobody was
/// trained to find that in a clip.
std::optional<std::vector<int64_t>> written(
    const std::string& text, const datasets::Tokenizer& tokenizer) {
  try {
    std::vector<int64_t> ids = tokenizer.encode(text);
    const bool whole = std::none_of(ids.begin(), ids.end(), [&](int64_t id) {
      return tokenizer.token(id) == datasets::kUnknownToken;
    });
    return whole && !ids.empty() ? std::make_optional(std::move(ids)) : std::nullopt;
  } catch (const DataError&) {
    return std::nullopt;
  }
}

std::vector<std::string> forms_of(const std::string& text) {
  return {decoding::join_words(split_words(text)), datasets::normalise_english(text)};
}

}  // namespace

std::vector<int64_t> text_tokens(const std::string& text, const datasets::Tokenizer& tokenizer) {
  const std::vector<std::string> words = split_words(text);
  if (words.empty()) {
    throw DataError("the text is empty");
  }
  for (const std::string& form : forms_of(text)) {
    if (auto ids = written(form, tokenizer)) {
      return *ids;
    }
  }
  if (tokenizer.type() == "sentencepiece" && tokenizer.model().empty()) {
    throw DataError(
        "the model has no SentencePiece model to cut texts into pieces; import it again with "
        "--spm");
  }
  for (const std::string& word : words) {
    const auto forms = forms_of(word);
    const bool known = std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
      return form.empty() || written(form, tokenizer);
    });
    if (!known) {
      throw DataError("the model's vocabulary cannot write the word '" + word + "' of the text");
    }
  }
  throw DataError("the text holds no word that the model's vocabulary can write");
}

}  // namespace sotto::experiments
