#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "decoding/transcript_reader.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

using Json = nlohmann::json;

constexpr double kLatest = 1e9;  // seconds, as in CTM files

/// One value of an object, with messages that say where it was looked for.
class Field {
 public:
  Field(const Json& object, const char* key, const std::string& where)
      : where_(where + ": " + key) {
    if (!object.is_object()) {
      throw DataError(where + ": expected an object");
    }
    const auto found = object.find(key);
    value_ = found == object.end() || found->is_null() ? nullptr : &*found;
  }

  bool missing() const { return value_ == nullptr; }

  std::string text() const { return need(missing() || !value_->is_string(), "a text"); }

  std::string text_or(const std::string& absent) const { return missing() ? absent : text(); }

  double number(double high) const {
    const double number = missing() || !value_->is_number()
                              ? std::numeric_limits<double>::quiet_NaN()
                              : value_->get<double>();
    if (!(number >= 0 && number <= high)) {
      throw DataError(where_ + ": expected " + (high == 1 ? "0 to 1" : "seconds"));
    }
    return number;
  }

  const Json& list() const {
    if (missing() || !value_->is_array()) {
      throw DataError(where_ + ": expected a list");
    }
    return *value_;
  }

 private:
  std::string need(bool wrong, const char* what) const {
    if (wrong) {
      throw DataError(where_ + ": expected " + what);
    }
    return value_->get<std::string>();
  }

  std::string where_;
  const Json* value_;
};

Word word_of(const Json& json, const std::string& where) {
  Word word;
  word.word = Field(json, "word", where).text();
  const bool parted = std::any_of(
      word.word.begin(), word.word.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; });
  if (word.word.empty() || parted) {
    throw DataError(where + ": word: expected one word, got '" + word.word + "'");
  }
  word.start = Field(json, "start", where).number(kLatest);
  word.end = Field(json, "end", where).number(kLatest);
  if (word.end < word.start) {
    throw DataError(where + ": expected an end after the start");
  }
  const Field confidence(json, "confidence", where);
  word.confidence =
      confidence.missing() ? std::numeric_limits<double>::quiet_NaN() : confidence.number(1);
  return word;
}

Transcript clip_of(const Json& json, const std::string& name, size_t place) {
  Transcript clip;
  clip.id = Field(json, "id", name + ": clip " + std::to_string(place + 1)).text();
  const std::string where = name + ": clip " + clip.id;
  clip.path = Field(json, "path", where).text_or(clip.id);
  clip.modality = Field(json, "modality", where).text_or("");
  clip.channel = Field(json, "channel", where).text_or("1");
  const Field duration(json, "duration", where);
  clip.duration = duration.missing() ? 0 : duration.number(kLatest);
  const Field words(json, "words", where);
  for (const Json& word : words.list()) {
    clip.words.push_back(word_of(word, where + ": word " + std::to_string(clip.words.size() + 1)));
  }
  clip.text = Field(json, "text", where).text_or(words_text(clip.words));
  return clip;
}

Json parsed(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& fault) {
    throw DataError(name + ": not JSON: " + fault.what());
  }
}

}  // namespace

std::vector<Transcript> parse_transcript_json(std::string_view text, const std::string& name) {
  const Json document = parsed(text, name);
  if (!document.is_object() || document.value("version", Json()) != 1) {
    throw DataError(name + ": expected the transcripts of `sotto transcribe`, version 1");
  }
  std::vector<Transcript> clips;
  const Field list(document, "clips", name);
  for (const Json& clip : list.list()) {
    clips.push_back(clip_of(clip, name, clips.size()));
  }
  return clips;
}

}  // namespace sotto::decoding
