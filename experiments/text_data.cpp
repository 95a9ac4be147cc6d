#include "experiments/text_data.h"

#include <limits>

#include "common/error.h"
#include "datasets/text/line_reader.h"
#include "datasets/text/utf8.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

using Entries = std::vector<const datasets::ManifestEntry*>;

/// The token ids of sentences of at most some length.
class Encoder {
 public:
  Encoder(const datasets::Tokenizer& tokenizer, int64_t longest)
      : tokenizer_(tokenizer), longest_(longest) {}

  void add(std::string_view text) {
    const std::vector<int64_t> ids = tokenizer_.encode(text);
    if (static_cast<int64_t>(ids.size()) > longest_) {
      ++left_out_;
    } else {
      sentences_.add(ids);
    }
  }

  SentenceIds take() { return std::move(sentences_); }
  int64_t left_out() const { return left_out_; }

 private:
  const datasets::Tokenizer& tokenizer_;
  int64_t longest_;
  int64_t left_out_ = 0;
  SentenceIds sentences_;
};

void add_entries(const Entries& entries, const std::string& store, Encoder& encoder) {
  for (const datasets::ManifestEntry* entry : entries) {
    try {
      encoder.add(entry->text);
    } catch (const DataError& fault) {
      throw DataError(store + ": " + entry->id + ": " + fault.what());
    }
  }
}

void add_files(const std::vector<std::string>& files, Encoder& encoder) {
  for (const std::string& file : files) {
    for_each_sentence(file, [&](std::string_view text, const std::string&) { encoder.add(text); });
  }
}

Entries entries_of(const datasets::Store& store, const std::vector<std::string>& lists) {
  Entries entries;
  for (const std::string& list : lists) {
    const Entries more = listed_entries(store, list);
    entries.insert(entries.end(), more.begin(), more.end());
  }
  return entries;
}

/// @return the rules of its texts
std::string read_store(const TextDataOptions& options, Encoder& train, Encoder& valid) {
  const datasets::Store store(options.store);
  const Entries held_out = entries_of(store, options.valid);
  add_entries(
      options.train.empty() ? all_but(store, held_out) : entries_of(store, options.train),
      options.store,
      train);
  add_entries(held_out, options.store, valid);
  return store.text_rules();
}

}  // namespace

void for_each_sentence(
    const std::string& path,
    const std::function<void(std::string_view text, const std::string& where)>& visit) {
  datasets::LineReader lines(path);
  while (lines.next()) {
    if (lines.line().empty()) {
      continue;
    }
    const std::string where = lines.where();
    if (!datasets::is_utf8(lines.line())) {
      throw DataError(where + ": expected UTF-8");
    }
    try {
      visit(lines.line(), where);
    } catch (const DataError& fault) {
      throw DataError(where + ": " + fault.what());
    }
  }
}

TextData load_text_data(const Recipe& recipe, int64_t rank, int64_t processes) {
  const TextDataOptions& options = recipe.text_data;
  TextData data;
  data.tokenizer = tokenizer_of(recipe.tokenizer);
  Encoder train(*data.tokenizer, options.longest);
  Encoder valid(*data.tokenizer, std::numeric_limits<int64_t>::max());
  if (!options.store.empty()) {
    data.text_rules = read_store(options, train, valid);
  } else if (options.train.empty()) {
    throw ConfigError("data.train: expected text files, or a data.store with texts");
  } else {
    add_files(options.train, train);
    add_files(options.valid, valid);
  }
  const auto seed = static_cast<uint64_t>(recipe.seed);
  const auto batches_of = [&](Encoder& encoder) {
    return std::make_unique<TextBatches>(
        encoder.take(), options.batch_tokens, data.tokenizer->eos(), seed, rank, processes);
  };
  data.left_out = train.left_out();
  data.train = batches_of(train);
  if (data.train->batches() == 0) {
    throw DataError("data.train: expected sentences to train on, found none");
  }
  data.valid = batches_of(valid);
  if (data.valid->batches() == 0) {
    data.valid = nullptr;
  }
  return data;
}

}  // namespace sotto::experiments
