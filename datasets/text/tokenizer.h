#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sotto::datasets {

/// The CTC blank, in every vocabulary.
inline constexpr int64_t kBlank = 0;

/// Text to token ids and back. The vocabulary is a list of strings whose position is the id:
/// `<blank>` first, `<eos>` last (which is also the start of a sentence), units between.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// The name under which `make_tokenizer` makes one of these again.
  virtual std::string type() const = 0;
  /// Ids of `text`, without sos and eos. A vocabulary whose Latin letters are all capitals, as
  /// auto_avsr's and VSR-ML's, is written in capitals; else the text is taken as it is.
  /// @throws DataError with the text if it cannot be written in this vocabulary.
  std::vector<int64_t> encode(std::string_view text) const;

  /// The bytes of the SentencePiece model that `encode` needs; empty where it needs none, or has
  /// none and can only decode.
  virtual std::string model() const { return ""; }

  /// V, the number of output classes.
  int64_t size() const { return static_cast<int64_t>(tokens_.size()); }
  int64_t sos() const { return size() - 1; }
  int64_t eos() const { return size() - 1; }
  const std::vector<std::string>& tokens() const { return tokens_; }
  /// The vocabulary's string of an id. @throws DataError if there is no such id.
  const std::string& token(int64_t id) const;

  /// What the id adds to a text: `<space>` and U+2581 are blanks, `<blank>` and `<eos>` nothing.
  std::string piece(int64_t id) const;
  std::vector<std::string> pieces(const std::vector<int64_t>& ids) const;
  /// True if the id begins with a blank, so that what it holds belongs to another word than what
  /// came before.
  bool starts_word(int64_t id) const;

  /// The text of ids as the ESPnet family writes it: -1 (padding) is skipped, `<space>` and U+2581
  /// become blanks, both ends are trimmed, then `<eos>` is deleted. Ids are not collapsed.
  std::string decode(const std::vector<int64_t>& ids) const;

 protected:
  /// @throws DataError unless the list begins with `<blank>`, ends with `<eos>` and repeats
  /// nothing.
  explicit Tokenizer(std::vector<std::string> tokens);
  /// The id of a token, or -1.
  int64_t find(const std::string& token) const;
  /// `encode` of a text that is in the vocabulary's case.
  virtual std::vector<int64_t> ids_of(std::string_view text) const = 0;

 private:
  bool capitals_ = false;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, int64_t> ids_;
};

/// `<blank>`, `<space>`, the apostrophe, a to z, `<eos>`: the 30 classes for "english-1" texts.
std::vector<std::string> english_characters();

/// The types that `make_tokenizer` knows.
std::vector<std::string> tokenizer_types();

/// The type of a vocabulary that says nothing about it: "characters" if every unit other than
/// `<unk>` and `<space>` is one character, "sentencepiece" otherwise.
std::string tokenizer_type_of(const std::vector<std::string>& tokens);

/// A tokenizer of a type over a vocabulary, such as a model file holds them.
///
/// @param model  bytes of a SentencePiece model, for type "sentencepiece"; without them the
///               tokenizer decodes but does not encode.
/// @throws ConfigError if the type is unknown, DataError if the vocabulary does not fit it or the
///         model cannot be used.
std::shared_ptr<const Tokenizer> make_tokenizer(
    const std::string& type, const std::vector<std::string>& tokens, const std::string& model = "");

}  // namespace sotto::datasets
