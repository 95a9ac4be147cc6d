#include "decoding/ngram_model.h"

#include <algorithm>
#include <tuple>

namespace sotto::decoding {

NgramModel::Word NgramModel::word(std::string_view name) const {
  const auto found = ids_.find(std::string(name));
  return found == ids_.end() ? unknown_ : found->second;
}

void NgramModel::append(Context& context, Word word) const {
  context.push_back(word);
  const size_t longest = order() - 1;
  if (context.size() > longest) {
    context.erase(context.begin(), context.end() - static_cast<std::ptrdiff_t>(longest));
  }
}

std::optional<size_t> NgramModel::find(const Word* ngram, size_t length) const {
  size_t node = ngram[0];
  for (size_t n = 1; n < length; ++n) {
    const std::vector<Node>& parents = levels_[n - 1];
    const auto begin = levels_[n].begin() + parents[node].children;
    const auto end = levels_[n].begin() + parents[node + 1].children;
    const auto found = std::lower_bound(
        begin, end, ngram[n], [](const Node& child, Word word) { return child.word < word; });
    if (found == end || found->word != ngram[n]) {
      return std::nullopt;
    }
    node = static_cast<size_t>(found - levels_[n].begin());
  }
  return node;
}

double NgramModel::log10_probability(const Context& context, Word word) const {
  const size_t longest = std::min(context.size(), order() - 1);
  Context ngram(context.end() - static_cast<std::ptrdiff_t>(longest), context.end());
  ngram.push_back(word);
  double backoff = 0;
  for (size_t length = longest; length > 0; --length) {
    const Word* first = ngram.data() + longest - length;
    if (const auto whole = find(first, length + 1)) {
      return backoff + levels_[length][*whole].log10;
    }
    if (const auto before = find(first, length)) {
      backoff += levels_[length - 1][*before].backoff;
    }
  }
  return backoff + levels_[0][word].log10;
}

std::vector<float> NgramModel::log10_probabilities(const Context& context) const {
  std::vector<float> row(words_.size());
  for (size_t word = 0; word < row.size(); ++word) {
    row[word] = levels_[0][word].log10;
  }
  // From short contexts to long ones: each backs off where it is known, then has its own say.
  const size_t longest = std::min(context.size(), order() - 1);
  for (size_t length = 1; length <= longest; ++length) {
    const auto before = find(context.data() + context.size() - length, length);
    if (!before) {
      continue;
    }
    const Node& node = levels_[length - 1][*before];
    if (node.backoff != 0) {
      for (float& value : row) {
        value += node.backoff;
      }
    }
    const size_t end = levels_[length - 1][*before + 1].children;
    for (size_t child = node.children; child < end; ++child) {
      row[levels_[length][child].word] = levels_[length][child].log10;
    }
  }
  return row;
}

double NgramModel::sentence_log10_probability(const std::vector<Word>& sentence) const {
  Context context = first_context();
  double sum = 0;
  for (const Word word : sentence) {
    sum += log10_probability(context, word);
    append(context, word);
  }
  return sum + log10_probability(context, end_);
}

bool NgramModel::add_word(std::string_view name, float log10, float backoff) {
  const auto word = static_cast<Word>(words_.size());
  if (!ids_.emplace(name, word).second) {
    return false;
  }
  if (levels_.empty()) {
    levels_.emplace_back();
  }
  words_.emplace_back(name);
  levels_[0].push_back({word, log10, backoff, 0});
  return true;
}

std::string NgramModel::close_words() {
  for (const auto& [name, id] : {std::pair<const char*, Word*>{"<s>", &begin_}, {"</s>", &end_}}) {
    const auto found = ids_.find(name);
    if (found == ids_.end()) {
      return name;
    }
    *id = found->second;
  }
  auto unknown = ids_.find("<unk>");
  if (unknown == ids_.end()) {
    unknown = ids_.find("<UNK>");
  }
  has_unknown_ = unknown != ids_.end();
  if (has_unknown_) {
    unknown_ = unknown->second;
  } else {
    unknown_ = static_cast<Word>(words_.size());
    add_word("<unk>", kUnknownLog10, 0);
  }
  levels_[0].push_back({0, 0, 0, 0});
  return "";
}

std::optional<std::pair<NgramModel::Ngram, NgramModel::Ngram>> NgramModel::add_level(
    std::vector<Ngram> ngrams) {
  std::sort(ngrams.begin(), ngrams.end(), [](const Ngram& a, const Ngram& b) {
    return std::tie(a.context, a.word, a.line) < std::tie(b.context, b.word, b.line);
  });
  const auto twice =
      std::adjacent_find(ngrams.begin(), ngrams.end(), [](const Ngram& a, const Ngram& b) {
        return a.context == b.context && a.word == b.word;
      });
  if (twice != ngrams.end()) {
    return std::pair(*twice, *(twice + 1));
  }
  std::vector<Node> nodes;
  nodes.reserve(ngrams.size() + 1);
  std::vector<Node>& parents = levels_.back();
  size_t parent = 0;
  for (const Ngram& ngram : ngrams) {
    for (; parent <= ngram.context; ++parent) {
      parents[parent].children = static_cast<uint32_t>(nodes.size());
    }
    nodes.push_back({ngram.word, ngram.log10, ngram.backoff, 0});
  }
  for (; parent < parents.size(); ++parent) {
    parents[parent].children = static_cast<uint32_t>(nodes.size());
  }
  nodes.push_back({0, 0, 0, 0});
  levels_.push_back(std::move(nodes));
  return std::nullopt;
}

}  // namespace sotto::decoding
