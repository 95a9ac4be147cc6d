#include <cmath>

#include <nlohmann/json.hpp>

#include "decoding/transcript.h"

namespace sotto::decoding {
namespace {

using Json = nlohmann::ordered_json;

/// Times are multiples of a frame; more digits would only show how floating point divides.
double rounded(double value, double scale) {
  return std::round(value * scale) / scale;
}

Json word_json(const Word& word) {
  Json json = {
      {"word", word.word},
      {"start", rounded(word.start, 1e3)},
      {"end", rounded(word.end, 1e3)},
      {"confidence", rounded(word.confidence, 1e4)}};
  if (!std::isnan(word.score)) {
    json["score"] = rounded(word.score, 1e4);
  }
  return json;
}

Json token_json(const TokenTime& token) {
  Json json = {
      {"token", token.token},
      {"piece", token.piece},
      {"start", rounded(token.start, 1e3)},
      {"end", rounded(token.end, 1e3)}};
  if (token.word >= 0) {
    json["word"] = token.word;
  }
  return json;
}

Json reading_json(const Reading& reading) {
  Json parts = Json::object();
  for (const auto& [name, value] : reading.parts) {
    parts[name] = value;
  }
  return {
      {"text", reading.text},
      {"tokens", reading.tokens},
      {"score", reading.score},
      {"parts", std::move(parts)}};
}

Json clip_json(const Transcript& transcript) {
  Json words = Json::array();
  for (const Word& word : transcript.words) {
    words.push_back(word_json(word));
  }
  Json nbest = Json::array();
  for (const Reading& reading : transcript.nbest) {
    nbest.push_back(reading_json(reading));
  }
  Json clip = {
      {"id", transcript.id},
      {"path", transcript.path},
      {"modality", transcript.modality},
      {"text", transcript.text},
      {"words", std::move(words)},
      {"nbest", std::move(nbest)}};
  for (const TokenTime& token : transcript.tokens) {
    clip["tokens"].push_back(token_json(token));
  }
  if (!std::isnan(transcript.score)) {
    clip["score"] = rounded(transcript.score, 1e4);
    clip["confidence"] = rounded(transcript.confidence, 1e4);
  }
  if (transcript.duration > 0) {
    clip["duration"] = rounded(transcript.duration, 1e3);
  }
  if (transcript.channel != "1") {
    clip["channel"] = transcript.channel;
  }
  return clip;
}

/// A path need not be UTF-8; its odd bytes become U+FFFD instead of an exception.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string write_json(const std::vector<Transcript>& transcripts) {
  Json clips = Json::array();
  for (const Transcript& transcript : transcripts) {
    clips.push_back(clip_json(transcript));
  }
  return dump({{"version", 1}, {"clips", std::move(clips)}}, 2) + "\n";
}

std::string write_json_clip(const Transcript& transcript) {
  return dump(clip_json(transcript), -1);
}

}  // namespace sotto::decoding
