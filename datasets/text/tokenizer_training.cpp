#include "datasets/text/tokenizer_training.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/sentencepiece.h"
#include "datasets/text/sentencepiece_trainer.h"
#include "datasets/text/special_tokens.h"
#include "datasets/text/text_lines.h"
#include "datasets/text/units.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

bool is_manifest(const std::string& path) {
  constexpr std::string_view kEnd = ".jsonl";
  return path.size() > kEnd.size() &&
         path.compare(path.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
}

/// The texts of a store's manifest, a JSON object a line.
std::vector<std::string> texts_of_manifest(
    const std::string& path, const std::vector<std::string>& splits) {
  std::vector<std::string> texts;
  std::set<std::string> missing(splits.begin(), splits.end());
  for_each_line(read_file(path), path, [&](std::string_view line, size_t number) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) {
      throw DataError(line_name(path, number) + ": expected a line of a store's manifest");
    }
    const auto split = json.contains("split") && json["split"].is_string()
                           ? json["split"].get<std::string>()
                           : std::string();
    missing.erase(split);
    if (!splits.empty() && std::count(splits.begin(), splits.end(), split) == 0) {
      return;
    }
    const auto text = json["text"].get<std::string>();
    if (!text.empty()) {
      texts.push_back(text);
    }
  });
  if (!missing.empty()) {
    throw DataError(path + ": it has no utterances of the split '" + *missing.begin() + "'");
  }
  return texts;
}

std::vector<std::string> lines_of(
    const std::vector<std::string>& paths, const std::vector<std::string>& splits) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    if (!splits.empty() && !is_manifest(path)) {
      throw ConfigError(path + ": a text has no splits; expected a store's manifest, NAME.jsonl");
    }
    std::vector<std::string> lines =
        is_manifest(path) ? texts_of_manifest(path, splits) : read_text_lines(path);
    std::move(lines.begin(), lines.end(), std::back_inserter(all));
  }
  return all;
}

std::set<std::string> characters_of(const std::vector<std::string>& lines) {
  std::set<std::string> units;
  for (const std::string& line : lines) {
    for (const std::string& character : utf8_characters(line)) {
      units.insert(character == " " ? std::string(kSpaceToken) : character);
    }
  }
  return units;
}

std::set<std::string> pieces_of(const std::vector<std::string>& lines, const std::string& model) {
  const SentencePiece pieces(model);
  std::set<std::string> units;
  for (const std::string& line : lines) {
    for (std::string& piece : pieces.encode(line)) {
      units.insert(std::move(piece));
    }
  }
  return units;
}

std::vector<std::string> vocabulary_of(std::set<std::string> units) {
  for (const std::string_view special : {kBlankToken, kUnknownToken, kEndToken}) {
    units.erase(std::string(special));
  }
  std::vector<std::string> tokens = {std::string(kBlankToken), std::string(kUnknownToken)};
  tokens.insert(tokens.end(), units.begin(), units.end());
  tokens.emplace_back(kEndToken);
  return tokens;
}

}  // namespace

std::vector<std::string> tokenizer_training_types() {
  return {"unigram", "bpe", "characters"};
}

TrainedTokenizer train_tokenizer(const TokenizerTraining& options) {
  std::vector<std::string> lines = lines_of(options.texts, options.splits);
  if (lines.empty()) {
    throw DataError("tokenizer: expected lines of text, got none");
  }
  TrainedTokenizer result;
  if (options.type == "characters") {
    result.tokens = vocabulary_of(characters_of(lines));
    return result;
  }
  SentencePieceTraining training;
  training.type = options.type;
  training.size = options.size;
  training.sentences = std::move(lines);
  result.model = train_sentencepiece(training);
  result.tokens = vocabulary_of(pieces_of(training.sentences, result.model));
  return result;
}

void write_tokenizer(const std::string& prefix, const TrainedTokenizer& tokenizer) {
  if (!tokenizer.model.empty()) {
    write_file(prefix + ".model", tokenizer.model);
  }
  write_units(prefix + "_units.txt", tokenizer.tokens);
}

}  // namespace sotto::datasets
