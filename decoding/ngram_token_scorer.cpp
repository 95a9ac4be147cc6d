#include "decoding/ngram_token_scorer.h"

#include <cmath>

#include <ATen/ATen.h>

namespace sotto::decoding {

NgramTokenScorer::NgramTokenScorer(
    std::shared_ptr<const NgramModel> model, const std::vector<std::string>& tokens)
    : model_(std::move(model)) {
  for (const std::string& token : tokens) {
    words_.push_back(model_->word(token));
  }
  words_.back() = model_->end();
}

void NgramTokenScorer::start(const std::vector<SearchInput>& clips) {
  contexts_.assign(clips.size(), model_->first_context());
}

at::Tensor NgramTokenScorer::score(const Prefixes& /*prefixes*/) {
  const auto n = static_cast<int64_t>(contexts_.size());
  const auto V = static_cast<int64_t>(words_.size());
  const at::Tensor scores = at::empty({n, V});
  auto* out = scores.data_ptr<float>();
  const auto ln10 = static_cast<float>(std::log(10.0));
  for (const NgramModel::Context& context : contexts_) {
    const std::vector<float> row = model_->log10_probabilities(context);
    for (const NgramModel::Word word : words_) {
      *out++ = ln10 * row[word];
    }
  }
  return scores;
}

void NgramTokenScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
  std::vector<NgramModel::Context> next;
  next.reserve(parents.size());
  for (size_t i = 0; i < parents.size(); ++i) {
    next.push_back(contexts_[static_cast<size_t>(parents[i])]);
    model_->append(next.back(), words_[static_cast<size_t>(tokens[i])]);
  }
  contexts_ = std::move(next);
}

}  // namespace sotto::decoding
