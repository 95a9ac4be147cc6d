#include "experiments/report/sample_clip.h"

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string path_of(const std::string& run) {
  return (std::filesystem::path(run) / "samples.json").string();
}

ordered_json written(const GreyPicture& picture) {
  return {
      {"rows", picture.rows}, {"columns", picture.columns}, {"grey", to_base64(picture.pixels)}};
}

GreyPicture picture_of(const json& json) {
  GreyPicture picture;
  picture.rows = json.at("rows").get<int64_t>();
  picture.columns = json.at("columns").get<int64_t>();
  picture.pixels = from_base64(json.at("grey").get<std::string>());
  const auto size = static_cast<int64_t>(picture.pixels.size());
  const bool fits = picture.rows >= 0 && picture.columns >= 0 && picture.rows <= size &&
                    picture.columns <= size && picture.rows * picture.columns == size;
  if (!fits) {
    throw DataError("a picture's size is not that of its pixels");
  }
  return picture;
}

/// Shares to four digits: the file is read by people too.
ordered_json rounded(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) {
    list.push_back(std::round(value * 1e4) / 1e4);
  }
  return list;
}

ordered_json written(const SampleClip& clip) {
  ordered_json json = {
      {"id", clip.id},
      {"modality", clip.modality},
      {"reference", clip.reference},
      {"hypothesis", clip.hypothesis},
      {"frames", clip.frames},
      {"speech", rounded(clip.speech)}};
  json["tokens"] = ordered_json::array();
  for (size_t i = 0; i < clip.tokens.size(); ++i) {
    const SampleToken& token = clip.tokens[i];
    json["tokens"].push_back(
        {{"text", token.text},
         {"begin", token.begin},
         {"end", token.end},
         {"probability", token.probability},
         {"track", rounded(clip.tracks[i])}});
  }
  json["attention"] = written(clip.attention);
  json["attention"]["peak"] = clip.attention_peak;
  json["attention"]["tokens"] = clip.attention_tokens;
  json["lips"] = ordered_json::array();
  for (const SampleFrame& frame : clip.lips) {
    json["lips"].push_back(
        {{"frame", frame.frame}, {"lips", written(frame.lips)}, {"heat", written(frame.heat)}});
  }
  return json;
}

SampleClip clip_of(const json& json) {
  SampleClip clip;
  clip.id = json.at("id").get<std::string>();
  clip.modality = json.at("modality").get<std::string>();
  clip.reference = json.at("reference").get<std::string>();
  clip.hypothesis = json.at("hypothesis").get<std::string>();
  clip.frames = json.at("frames").get<int64_t>();
  clip.speech = json.at("speech").get<std::vector<double>>();
  for (const auto& item : json.at("tokens")) {
    clip.tokens.push_back(
        {item.at("text").get<std::string>(),
         item.at("begin").get<int64_t>(),
         item.at("end").get<int64_t>(),
         item.at("probability").get<double>()});
    clip.tracks.push_back(item.at("track").get<std::vector<double>>());
  }
  clip.attention = picture_of(json.at("attention"));
  clip.attention_peak = json.at("attention").at("peak").get<double>();
  clip.attention_tokens = json.at("attention").at("tokens").get<std::vector<std::string>>();
  for (const auto& item : json.at("lips")) {
    clip.lips.push_back(
        {item.at("frame").get<int64_t>(),
         picture_of(item.at("lips")),
         picture_of(item.at("heat"))});
  }
  return clip;
}

}  // namespace

void write_samples(const std::string& run, const std::vector<SampleClip>& clips) {
  ordered_json all = {{"version", 1}, {"clips", ordered_json::array()}};
  for (const SampleClip& clip : clips) {
    all["clips"].push_back(written(clip));
  }
  write_file(path_of(run), all.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

std::vector<SampleClip> read_samples(const std::string& run) {
  std::vector<SampleClip> clips;
  if (!std::filesystem::exists(path_of(run))) {
    return clips;
  }
  try {
    const json all = json::parse(read_file(path_of(run)));
    for (const json& clip : all.at("clips")) {
      clips.push_back(clip_of(clip));
    }
  } catch (const json::exception& fault) {
    throw DataError(path_of(run) + ": " + fault.what());
  } catch (const DataError& fault) {
    throw DataError(path_of(run) + ": " + fault.what());
  }
  return clips;
}

}  // namespace sotto::experiments
