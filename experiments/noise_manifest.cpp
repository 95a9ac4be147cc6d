#include "experiments/noise_manifest.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"
#include "common/random.h"
#include "datasets/text/text_lines.h"

namespace sotto::experiments {
namespace {

using Json = nlohmann::ordered_json;

/// -0 is 0: they are one condition.
double plain(double snr_db) {
  return snr_db == 0 ? 0 : snr_db;
}

std::string condition_of(const std::string& clip, double snr_db, int64_t repetition) {
  return clip + " at " + format_text("%.17g dB", plain(snr_db)) + ", repetition " +
         std::to_string(repetition);
}

Random generator(uint64_t seed, const std::string& clip, double snr_db, int64_t repetition) {
  return {seed, static_cast<uint64_t>(repetition), condition_of(clip, snr_db, repetition)};
}

Json json_of(const ClipNoise& noise) {
  Json json = {
      {"clip", noise.clip},
      {"snr_db", noise.snr_db},
      {"repetition", noise.repetition},
      {"kind", noise.babble ? "babble" : "recording"}};
  if (!noise.babble) {
    json["file"] = noise.parts.front().source;
    json["start"] = noise.parts.front().start;
    return json;
  }
  json["voices"] = Json::array();
  for (const NoisePart& part : noise.parts) {
    json["voices"].push_back({{"id", part.source}, {"start", part.start}});
  }
  return json;
}

NoisePart part_of(const Json& json, const char* source) {
  NoisePart part = {json.at(source).get<std::string>(), json.at("start").get<int64_t>()};
  if (part.start < 0) {
    throw DataError("start: expected a sample, 0 or more");
  }
  return part;
}

ClipNoise noise_of(const Json& json) {
  ClipNoise noise;
  noise.clip = json.at("clip").get<std::string>();
  noise.snr_db = plain(json.at("snr_db").get<double>());
  noise.repetition = json.at("repetition").get<int64_t>();
  const auto kind = json.at("kind").get<std::string>();
  noise.babble = kind == "babble";
  if (kind == "recording") {
    noise.parts.push_back(part_of(json, "file"));
  } else if (noise.babble) {
    for (const Json& voice : json.at("voices")) {
      noise.parts.push_back(part_of(voice, "id"));
    }
  } else {
    throw DataError("kind: expected babble or recording, got '" + kind + "'");
  }
  return noise;
}

}  // namespace

void NoiseManifest::add(ClipNoise noise) {
  noise.snr_db = plain(noise.snr_db);
  Key key = {noise.clip, noise.snr_db, noise.repetition};
  const std::string condition = condition_of(noise.clip, noise.snr_db, noise.repetition);
  if (!noises_.emplace(std::move(key), std::move(noise)).second) {
    throw DataError(condition + " has two noises");
  }
}

const ClipNoise& NoiseManifest::find(
    const std::string& clip, double snr_db, int64_t repetition) const {
  const auto found = noises_.find(Key(clip, plain(snr_db), repetition));
  if (found == noises_.end()) {
    throw DataError(
        name_ + ": expected a noise of " + condition_of(clip, snr_db, repetition) +
        ", found none; name another file to draw anew");
  }
  return found->second;
}

std::vector<std::string> NoiseManifest::recordings() const {
  std::set<std::string> files;
  for (const auto& [key, noise] : noises_) {
    if (!noise.babble) {
      files.insert(noise.parts.front().source);
    }
  }
  return {files.begin(), files.end()};
}

std::string NoiseManifest::lines() const {
  std::string text;
  for (const auto& [key, noise] : noises_) {
    text += json_of(noise).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return text;
}

NoiseManifest NoiseManifest::parse(std::string_view text, const std::string& name) {
  NoiseManifest manifest;
  manifest.name_ = name;
  datasets::for_each_line(text, name, [&](std::string_view line, size_t number) {
    try {
      manifest.add(noise_of(Json::parse(line)));
    } catch (const Json::exception& fault) {
      throw DataError(
          datasets::line_name(name, number) + ": expected a noise as JSON: " + fault.what());
    } catch (const DataError& fault) {
      throw DataError(datasets::line_name(name, number) + ": " + fault.what());
    }
  });
  return manifest;
}

ClipNoise draw_babble(
    const std::vector<Voice>& voices,
    int64_t talkers,
    uint64_t seed,
    const std::string& clip,
    double snr_db,
    int64_t repetition) {
  if (voices.empty() || (voices.size() == 1 && voices.front().id == clip)) {
    throw DataError("noise: expected utterances with sound, found none beside " + clip);
  }
  Random random = generator(seed, clip, snr_db, repetition);
  ClipNoise noise = {clip, plain(snr_db), repetition, true, {}};
  while (static_cast<int64_t>(noise.parts.size()) < talkers) {
    const auto which = random.below(static_cast<int64_t>(voices.size()));
    const Voice& voice = voices[static_cast<size_t>(which)];
    if (voice.id != clip) {
      noise.parts.push_back({voice.id, random.below(voice.samples)});
    }
  }
  return noise;
}

ClipNoise draw_recording(
    const Voice& recording,
    uint64_t seed,
    const std::string& clip,
    double snr_db,
    int64_t repetition) {
  if (recording.samples <= 0) {
    throw DataError(recording.id + ": expected sound to mix in, found none");
  }
  Random random = generator(seed, clip, snr_db, repetition);
  return {
      clip, plain(snr_db), repetition, false, {{recording.id, random.below(recording.samples)}}};
}

}  // namespace sotto::experiments
