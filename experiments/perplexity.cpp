#include "experiments/perplexity.h"

#include <cmath>
#include <cstdio>

#include <ATen/ATen.h>
#include <torch/utils.h>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/score.h"
#include "experiments/text_data.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kBatchTokens = 4000;

std::vector<decoding::NgramModel::Word> words_of(
    const decoding::NgramModel& ngrams,
    std::string_view text,
    const datasets::Tokenizer* tokenizer) {
  std::vector<decoding::NgramModel::Word> words;
  if (tokenizer != nullptr) {
    for (const int64_t id : tokenizer->encode(text)) {
      words.push_back(ngrams.word(tokenizer->token(id)));
    }
    return words;
  }
  for (const std::string& word : split_words(std::string(text))) {
    words.push_back(ngrams.word(word));
  }
  return words;
}

void expect_sentences(const TextScore& score) {
  if (score.sentences == 0) {
    throw DataError("perplexity: expected sentences, found none");
  }
}

}  // namespace

double TextScore::per_token() const {
  return std::exp(-log_probability / static_cast<double>(tokens));
}

double TextScore::per_word() const {
  return std::exp(-log_probability / static_cast<double>(words + sentences));
}

double log_probability(
    decoding::TransformerLmImpl& network,
    TextBatches& texts,
    const std::function<void(int64_t)>& advance) {
  const torch::NoGradGuard no_grad;
  const c10::Device device = network.parameters().front().device();
  double sum = 0;
  texts.start(0);
  while (const auto batch = texts.next()) {
    if (batch->count == 0) {
      continue;
    }
    const at::Tensor tokens = batch->tokens.to(device);
    sum -= decoding::lm_loss(network.forward(tokens), tokens, batch->next.to(device))
               .first.item<double>();
    if (advance) {
      advance(batch->tokens.size(0));
    }
  }
  return sum;
}

TextScore score_texts(const LoadedLanguageModel& model, const std::vector<std::string>& texts) {
  const auto tokenizer = tokenizer_of(model.card);
  TextScore score;
  SentenceIds sentences;
  for (const std::string& path : texts) {
    for_each_sentence(path, [&](std::string_view text, const std::string&) {
      const std::vector<int64_t> ids = tokenizer->encode(text);
      sentences.add(ids);
      score.words += static_cast<int64_t>(split_words(std::string(text)).size());
      score.tokens += static_cast<int64_t>(ids.size()) + 1;
      for (const int64_t id : ids) {
        score.unknown += tokenizer->token(id) == "<unk>" ? 1 : 0;
      }
    });
  }
  score.sentences = static_cast<int64_t>(sentences.size());
  expect_sentences(score);
  TextBatches batches(std::move(sentences), kBatchTokens, tokenizer->eos(), 0);
  Progress progress("perplexity", score.sentences, "sentences");
  auto network = model.network;
  score.log_probability = log_probability(*network, batches, [&](int64_t done) {
    progress.advance(done);
    throw_if_interrupted("nothing was written");
  });
  return score;
}

TextScore score_texts(
    const decoding::NgramModel& ngrams,
    const std::vector<std::string>& texts,
    const datasets::Tokenizer* tokenizer) {
  TextScore score;
  double log10 = 0;
  for (const std::string& path : texts) {
    for_each_sentence(path, [&](std::string_view text, const std::string&) {
      auto context = ngrams.first_context();
      ++score.sentences;
      ++score.tokens;
      if (tokenizer != nullptr) {
        score.words += static_cast<int64_t>(split_words(std::string(text)).size());
      }
      for (const auto word : words_of(ngrams, text, tokenizer)) {
        const bool unknown = word == ngrams.unknown();
        score.unknown += unknown ? 1 : 0;
        if (!unknown || ngrams.has_unknown()) {
          log10 += ngrams.log10_probability(context, word);
          ++score.tokens;
          score.words += tokenizer == nullptr ? 1 : 0;
        }
        ngrams.append(context, word);
      }
      log10 += ngrams.log10_probability(context, ngrams.end());
    });
  }
  expect_sentences(score);
  score.log_probability = log10 * std::log(10.0);
  return score;
}

std::string format_text_score(const TextScore& score) {
  char text[400];
  std::snprintf(
      text,
      sizeof text,
      "sentences   %lld\nwords       %lld\ntokens      %lld, ends of sentences included\n"
      "unknown     %lld\nln p        %.4f\n"
      "perplexity  %.4f a token, %.4f a word or end of sentence\n",
      static_cast<long long>(score.sentences),
      static_cast<long long>(score.words),
      static_cast<long long>(score.tokens),
      static_cast<long long>(score.unknown),
      score.log_probability,
      score.per_token(),
      score.per_word());
  return text;
}

}  // namespace sotto::experiments
