#include "experiments/raw_input.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "common/error.h"
#include "datasets/utterance.h"
#include "frontends/features.h"

namespace sotto::experiments {
namespace {

using datasets::Batch;

/// One clip's tensors by what stands behind the last slash of their names.
using Parts = TensorMap;

[[noreturn]] void refuse(
    const std::string& path, const std::string& name, const std::string& expected) {
  throw DataError(path + ": " + name + ": expected " + expected);
}

const at::Tensor* part(const Parts& parts, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = parts.find(name);
    if (found != parts.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

void check_pictures(
    const std::string& path, const std::string& name, const at::Tensor& pictures, int64_t channels,
    int64_t side) {
  const std::string size = side > 0 ? std::to_string(side) : "";
  if (pictures.dim() != 4 || pictures.size(0) < 1 || pictures.size(1) != channels ||
      pictures.size(2) < 1 || pictures.size(3) < 1 ||
      (side > 0 && (pictures.size(2) != side || pictures.size(3) != side))) {
    refuse(
        path, name,
        "pictures (T, " + std::to_string(channels) +
            (side > 0 ? ", " + size + ", " + size + ") for this model" : ", H, W)"));
  }
}

/// Whole frames of a waveform (1, 640 T, 1), normalised over all its samples.
at::Tensor normalised_wave(const std::string& path, const std::string& name, const at::Tensor& wave) {
  if (wave.numel() < datasets::kSamplesPerFrame) {
    refuse(path, name, std::to_string(datasets::kSamplesPerFrame) + " samples or more");
  }
  const at::Tensor samples = wave.to(at::kFloat).flatten().clone();
  datasets::normalise_wave(samples.data_ptr<float>(), static_cast<size_t>(samples.numel()));
  const int64_t T = samples.numel() / datasets::kSamplesPerFrame;
  return samples.narrow(0, 0, T * datasets::kSamplesPerFrame).view({1, -1, 1});
}

void read_streams(
    const std::string& path, const Parts& parts, const LoadedModel& model, RawClip& clip) {
  const datasets::InputOptions& input = model.card.model.input;
  const std::string prefix = clip.name.empty() ? "" : clip.name + "/";
  const at::Tensor* pictures = part(parts, {"input_u8"});
  const at::Tensor* normalised = clip.name.empty() ? part(parts, {"input"}) : nullptr;
  const at::Tensor* wave = part(parts, {"input_wave"});
  int64_t T = 0;
  at::Tensor lips;
  if (model.network->has_video() && (pictures != nullptr || normalised != nullptr)) {
    const at::Tensor& given = pictures != nullptr ? *pictures : *normalised;
    check_pictures(
        path, prefix + (pictures != nullptr ? "input_u8" : "input"), given,
        input.channels(), model.network->frontend->fixed_side());
    lips = given.to(at::kFloat);
    if (pictures != nullptr) {
      lips = (lips / 255.0 - input.mean) / input.deviation;
    }
    T = lips.size(0);
  }
  at::Tensor sound;
  if (model.network->has_audio() && wave != nullptr) {
    sound = normalised_wave(path, prefix + "input_wave", *wave);
    const int64_t heard = sound.size(1) / datasets::kSamplesPerFrame;
    T = T > 0 ? std::min(T, heard) : heard;
  }
  clip.lips = lips.defined();
  clip.sound = sound.defined();
  clip.batch.lengths = Lengths::full(1, std::max<int64_t>(T, 1));
  clip.batch.presence = at::zeros({1, 2});
  if (clip.lips) {
    clip.batch.lips = lips.narrow(0, 0, T).unsqueeze(0);
    clip.batch.presence[0][0] = 1;
  }
  if (clip.sound) {
    clip.batch.wave = sound.narrow(1, 0, T * datasets::kSamplesPerFrame);
    clip.batch.presence[0][1] = 1;
  }
}

/// Features a frame that the model takes.
int64_t feature_width(const ModelCard& card) {
  const auto* options =
      dynamic_cast<const frontends::FeaturesOptions*>(card.model.video.frontend.options.get());
  return options == nullptr ? 0 : options->dim;
}

void read_features(const std::string& path, const Parts& parts, const ModelCard& card, RawClip& clip) {
  const at::Tensor* x = part(parts, {"x"});
  const std::string name = clip.name + "/x";
  const int64_t F = feature_width(card);
  if (x == nullptr || x->dim() != 3 || x->size(0) < 1 || x->size(1) < 1 || x->size(2) != F) {
    refuse(path, name, "(B, T, " + std::to_string(F) + ")");
  }
  std::vector<int64_t> frames(static_cast<size_t>(x->size(0)), x->size(1));
  if (const at::Tensor* lengths = part(parts, {"lens", "x_lens"})) {
    const at::Tensor host = lengths->to(at::kLong).flatten().contiguous();
    if (host.numel() != x->size(0)) {
      refuse(path, clip.name + "/lens", std::to_string(x->size(0)) + " numbers of frames");
    }
    frames.assign(host.data_ptr<int64_t>(), host.data_ptr<int64_t>() + host.numel());
    for (const int64_t count : frames) {
      if (count < 1 || count > x->size(1)) {
        refuse(path, clip.name + "/lens", "1 to " + std::to_string(x->size(1)) + " frames");
      }
    }
  }
  clip.lips = true;
  clip.batch.lips = x->to(at::kFloat);
  clip.batch.lengths = Lengths(frames, x->size(1)).leaky();
}

}  // namespace

std::vector<RawClip> read_raw_clips(const std::string& path, const LoadedModel& model) {
  const ModelCard& card = model.card;
  const bool features = card.model.video.frontend.type == "features";
  const std::vector<std::string> marks =
      features ? std::vector<std::string>{"x"}
               : std::vector<std::string>{"input_u8", "input_wave", "input"};
  std::map<std::string, Parts> by_name;
  for (const auto& [name, tensor] : read_tensors(path)) {
    const size_t slash = name.rfind('/');
    const std::string clip = slash == std::string::npos ? "" : name.substr(0, slash);
    by_name[clip][slash == std::string::npos ? name : name.substr(slash + 1)] = tensor;
  }
  // A file may hold features for several models: those of this one's width are meant.
  const auto fits = [&](const Parts& parts) {
    const auto x = parts.find("x");
    return x != parts.end() && x->second.dim() == 3 && x->second.size(2) == feature_width(card);
  };
  const bool some_fit =
      features && std::any_of(by_name.begin(), by_name.end(), [&](const auto& entry) {
        return fits(entry.second);
      });
  std::vector<RawClip> clips;
  for (auto& [name, parts] : by_name) {
    const bool marked = std::any_of(marks.begin(), marks.end(), [&own = parts](const auto& mark) {
      return own.count(mark) != 0;  // C++17 captures no structured binding by its name
    });
    if (!marked || (some_fit && !fits(parts))) {
      continue;
    }
    RawClip clip;
    clip.name = name;
    if (features) {
      read_features(path, parts, card, clip);
    } else {
      read_streams(path, parts, model, clip);
    }
    clip.others = parts;
    clips.push_back(std::move(clip));
  }
  if (clips.empty()) {
    throw DataError(
        path + ": expected tensors " +
        (features ? "NAME/x (features)" : "NAME/input_u8 or NAME/input_wave") + ", found none");
  }
  return clips;
}

}  // namespace sotto::experiments
