#include "decoding/ngram_word_scorer.h"

#include <cmath>

#include <ATen/ATen.h>

namespace sotto::decoding {
namespace {

std::vector<std::string> parts_of(const std::string& piece) {
  std::vector<std::string> parts(1);
  for (const char byte : piece) {
    if (byte == ' ') {
      parts.emplace_back();
    } else {
      parts.back() += byte;
    }
  }
  return parts;
}

}  // namespace

NgramWordScorer::NgramWordScorer(
    std::shared_ptr<const NgramModel> model, const std::vector<std::string>& pieces)
    : model_(std::move(model)) {
  for (const std::string& piece : pieces) {
    parts_.push_back(parts_of(piece));
  }
}

double NgramWordScorer::end_word(Said& said) const {
  if (said.word.empty()) {
    return 0;
  }
  const NgramModel::Word word = model_->word(said.word);
  const double log10 = model_->log10_probability(said.context, word);
  model_->append(said.context, word);
  said.word.clear();
  return log10;
}

double NgramWordScorer::append(Said& said, int64_t token) const {
  const std::vector<std::string>& parts = parts_[static_cast<size_t>(token)];
  double log10 = 0;
  said.word += parts.front();
  for (size_t i = 1; i < parts.size(); ++i) {
    log10 += end_word(said);
    said.word = parts[i];
  }
  return log10;
}

void NgramWordScorer::start(const std::vector<SearchInput>& clips) {
  said_.assign(clips.size(), Said{model_->first_context(), ""});
}

at::Tensor NgramWordScorer::score(const Prefixes& /*prefixes*/) {
  const auto n = static_cast<int64_t>(said_.size());
  const auto V = static_cast<int64_t>(parts_.size());
  const at::Tensor scores = at::zeros({n, V});
  auto* row = scores.data_ptr<float>();
  const double ln10 = std::log(10.0);
  for (const Said& said : said_) {
    Said ended = said;
    const double word = end_word(ended);
    const double sentence = word + model_->log10_probability(ended.context, model_->end());
    for (int64_t token = 0; token + 1 < V; ++token) {
      const std::vector<std::string>& parts = parts_[static_cast<size_t>(token)];
      if (parts.size() == 2 && parts.front().empty()) {
        row[token] = static_cast<float>(ln10 * word);
      } else if (parts.size() > 1) {
        Said more = said;
        row[token] = static_cast<float>(ln10 * append(more, token));
      }
    }
    row[V - 1] = static_cast<float>(ln10 * sentence);
    row += V;
  }
  return scores;
}

void NgramWordScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
  std::vector<Said> next;
  next.reserve(parents.size());
  for (size_t i = 0; i < parents.size(); ++i) {
    next.push_back(said_[static_cast<size_t>(parents[i])]);
    append(next.back(), tokens[i]);
  }
  said_ = std::move(next);
}

}  // namespace sotto::decoding
