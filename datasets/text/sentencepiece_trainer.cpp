#include "datasets/text/sentencepiece_trainer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/error.h"
#include "datasets/text/sentencepiece_library.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kFewestPieces = 4;  // <unk>, <s>, </s> and one of the text
constexpr int64_t kMostPieces = 1'000'000;
constexpr std::string_view kReserved = "\xE2\x96\x85";  // U+2585: the library skips such a line

void keep_model(void* model, sotto_sentencepiece_text bytes) noexcept {
  static_cast<std::string*>(model)->assign(bytes.bytes, bytes.count);
}

/// A character that normalising drops or takes for a blank: controls, blanks, the general
/// punctuation of U+2000 to U+206F (where visible marks are the price), U+2581.
bool may_vanish(const std::string& character) {
  static constexpr std::array<std::string_view, 6> kOthers = {
      "\xC2\xAD" /* soft hyphen */,
      "\xE1\x9A\x80" /* Ogham blank */,
      "\xE2\x96\x81",
      "\xE3\x80\x80" /* ideographic blank */,
      "\xEF\xBB\xBF" /* byte order mark */,
      "\xEF\xBF\xBD" /* replacement character */};
  if (character.size() == 1) {
    return character[0] <= ' ' || character[0] == 0x7F;
  }
  return character <= "\xC2\xA0" || (character >= "\xE2\x80\x80" && character <= "\xE2\x81\xAF") ||
         std::find(kOthers.begin(), kOthers.end(), character) != kOthers.end();
}

/// True if something is left of the sentence once it is normalised.
bool has_text(const std::string& sentence) {
  const std::vector<std::string> characters = utf8_characters(sentence);
  return !std::all_of(characters.begin(), characters.end(), may_vanish);
}

/// The number after the last `words`; empty if they do not stand there.
std::string number_after(const std::string& reason, const std::string& words) {
  const size_t at = reason.rfind(words);
  if (at == std::string::npos) {
    return "";
  }
  const size_t start = at + words.size();
  return reason.substr(start, reason.find_first_not_of("0123456789", start) - start);
}

[[noreturn]] void fail(const SentencePieceTraining& options, const std::string& reason) {
  const std::string size = std::to_string(options.size);
  const std::string most = number_after(reason, "set it to a value <= ");
  if (!most.empty()) {
    throw DataError(
        "SentencePiece training: the text gives at most " + most + " pieces, got size " + size +
        "; take a smaller size or more text");
  }
  const std::string least = number_after(reason, size + " vs ");
  if (!least.empty()) {
    throw DataError(
        "SentencePiece training: the characters of the text alone are " + least +
        " pieces, got size " + size + "; take a larger size");
  }
  throw DataError("SentencePiece training: " + reason);
}

void check(const SentencePieceTraining& options) {
  if (options.type != "unigram" && options.type != "bpe") {
    throw ConfigError(
        "SentencePiece training: expected one of unigram, bpe, got '" + options.type + "'");
  }
  if (options.size < kFewestPieces || options.size > kMostPieces) {
    throw ConfigError(
        "SentencePiece training: expected a size from " + std::to_string(kFewestPieces) + " to " +
        std::to_string(kMostPieces) + ", got " + std::to_string(options.size));
  }
}

}  // namespace

std::string train_sentencepiece(const SentencePieceTraining& options) {
  check(options);
  // The library ends the process where nothing is left of the text.
  std::vector<sotto_sentencepiece_text> sentences;
  for (const std::string& sentence : options.sentences) {
    if (sentence.find(kReserved) != std::string::npos) {
      throw DataError(
          "SentencePiece training: expected text without U+2585, which SentencePiece keeps for "
          "itself, got '" +
          sentence + "'");
    }
    if (has_text(sentence)) {
      sentences.push_back({sentence.data(), sentence.size()});
    }
  }
  if (sentences.empty()) {
    throw DataError("SentencePiece training: expected lines of text, got none");
  }
  const sotto_sentencepiece_training training = {
      options.type.c_str(),
      options.size,
      options.character_coverage,
      sentences.data(),
      sentences.size()};
  std::string model;
  sotto_sentencepiece_fault fault = {};
  if (sentencepiece_library().train(&training, keep_model, &model, &fault) != 0) {
    fail(options, reason_of(fault));
  }
  return model;
}

}  // namespace sotto::datasets
