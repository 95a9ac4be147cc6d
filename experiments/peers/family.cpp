#include "experiments/peers/family.h"

#include <algorithm>
#include <functional>

namespace sotto::experiments {
namespace {

using Prefixes = std::vector<std::pair<std::string, std::string>>;

bool starts(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Names that older versions of the ESPnet family's code renames silently when it loads.
std::string present_name(const std::string& name) {
  static const Prefixes renames = {
      {"encoder.input_layer.", "encoder.embed."},
      {"encoder.norm.", "encoder.after_norm."},
      {"aux_encoder.input_layer.", "aux_encoder.embed."},
      {"aux_encoder.norm.", "aux_encoder.after_norm."},
      {"decoder.output_norm.", "decoder.after_norm."}};
  for (const auto& [old, present] : renames) {
    if (starts(name, old)) {
      return present + name.substr(old.size());
    }
  }
  return name;
}

/// Front ends beside the encoders: auto_avsr's present code.
Prefixes beside(bool sound_alone) {
  if (!sound_alone) {
    return {};
  }
  return {
      {"aux_frontend.", "frontend."},
      {"aux_proj_encoder.", "proj_encoder."},
      {"aux_encoder.", "encoder."}};
}

/// Front ends inside the encoders: everything before.
Prefixes inside(bool sound_alone) {
  if (sound_alone) {
    return {
        {"aux_frontend.", "encoder.frontend."},
        {"aux_proj_encoder.", "encoder.embed.0."},
        {"aux_encoder.", "encoder."}};
  }
  return {
      {"frontend.", "encoder.frontend."},
      {"proj_encoder.", "encoder.embed.0."},
      {"aux_frontend.", "aux_encoder.frontend."},
      {"aux_proj_encoder.", "aux_encoder.embed.0."}};
}

const std::pair<std::string, std::string> kPointwise = {"pointwise_cov", "pointwise_conv"};

}  // namespace

bool is_position_table(const std::string& name) {
  return name.size() > 3 && name.compare(name.size() - 3, 3, ".pe") == 0;
}

std::optional<std::string> Family::ours(const std::string& their_name) const {
  if (is_position_table(their_name)) {
    return std::nullopt;
  }
  std::string name = present_name(their_name);
  for (const auto& [here, there] : parts) {
    name = replaced(name, there, here);
  }
  for (const auto& [here, there] : prefixes) {
    if (starts(name, there)) {
      return here + name.substr(there.size());
    }
  }
  return others_ignored ? std::nullopt : std::optional<std::string>(name);
}

std::string Family::theirs(const std::string& our_name) const {
  std::string name = our_name;
  for (const auto& [here, there] : prefixes) {
    if (starts(name, here)) {
      name = there + name.substr(here.size());
      break;
    }
  }
  for (const auto& [here, there] : parts) {
    name = replaced(name, here, there);
  }
  return name;
}

std::string Family::stage(const std::string& our_stage) const {
  std::string name = theirs(our_stage + ".");
  name.pop_back();
  if (this->name == "espnet" && starts(name, "encoder.")) {
    return name == "encoder.pos_emb" ? "embed.pos_emb" : name.substr(8);
  }
  if (this->name == "wenet" && (starts(name, "encoder.") || starts(name, "decoder."))) {
    return "eval/" + (name == "encoder.embed.x" ? "encoder.embed" : name);
  }
  if (this->name == "lrw" && our_stage.find("frontend") != std::string::npos) {
    return "output";
  }
  if (this->name == "vsr-ml-lm") {
    return "stage/" + (name == "encoder.embed.x" ? "encoder.embed"
                       : name == "encoder.out"   ? "encoder"
                                                 : name);
  }
  return name;
}

Family family_named(const std::string& name, bool sound_alone) {
  if (name == "auto_avsr-1") {
    return {name, "auto_avsr, code of 2023 and 2024", inside(sound_alone), {}};
  }
  if (name == "vsr-ml") {
    return {name, "Visual Speech Recognition for Multiple Languages", inside(sound_alone), {}};
  }
  if (name == "cnvsrc-2023") {
    return {name, "CNVSRC 2023 baseline", inside(sound_alone), {}};
  }
  if (name == "cnvsrc-2024") {
    return {name, "CNVSRC 2024 and 2025 baseline", inside(sound_alone), {}};
  }
  if (name == "vsr-ml-lm") {
    return {name, "Transformer language model of VSR-ML", {}, {}};
  }
  if (name == "espnet") {
    return {
        name,
        "ESPnet",
        {{"proj_encoder.", "encoder.embed.0."}, {"proj_norm.", "encoder.embed.1."}},
        {kPointwise}};
  }
  if (name == "wenet") {
    return {
        name,
        "WeNet, bidirectional decoder",
        {{"proj_encoder.", "encoder.embed.out.0."},
         {"proj_norm.", "encoder.embed.out.1."},
         {"decoder.", "decoder.left_decoder."},
         {"r_decoder.", "decoder.right_decoder."}},
        {kPointwise}};
  }
  if (name == "lrw") {
    const std::string stream = sound_alone ? "aux_frontend." : "frontend.";
    return {
        name,
        "front end of a word classifier (LRW)",
        {{stream + "trunk.", "trunk."}, {stream + "frontend3D.", "frontend3D."}},
        {},
        /*others_ignored=*/true};
  }
  return {
      name == "sotto" ? name : "auto_avsr", "auto_avsr", beside(sound_alone), {}};
}

Family of_one_decoder(Family family) {
  auto& prefixes = family.prefixes;
  prefixes.erase(
      std::remove_if(
          prefixes.begin(), prefixes.end(), [](const auto& pair) { return pair.first == "decoder."; }),
      prefixes.end());
  return family;
}

std::optional<Family> recognise_family(
    const std::vector<std::string>& names, const std::string& config) {
  const auto any = [&](const std::function<bool(const std::string&)>& test) {
    return std::any_of(names.begin(), names.end(), test);
  };
  const auto has = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const auto holds = [&](const std::string& part) {
    return any([&](const std::string& name) { return name.find(part) != std::string::npos; });
  };
  const auto begins = [&](const std::string& start) {
    return any([&](const std::string& name) { return starts(present_name(name), start); });
  };
  if (begins("decoder.left_decoder.") || begins("encoder.embed.out.")) {
    return family_named("wenet", false);
  }
  if (has("embed.weight") && begins("encoder.encoders.")) {
    return family_named("vsr-ml-lm", false);
  }
  if (begins("frontend.")) {
    return family_named("auto_avsr", !begins("frontend.frontend3D."));
  }
  if (begins("aux_encoder.")) {
    return family_named(config == "model" ? "vsr-ml" : "auto_avsr-1", false);
  }
  if (begins("encoder.frontend.")) {
    const bool sound_alone = !begins("encoder.frontend.frontend3D.");
    if (begins("r_decoder.")) {
      return family_named("cnvsrc-2024", sound_alone);
    }
    return family_named(
        config == "model"      ? "vsr-ml"
        : config == "backbone" ? "cnvsrc-2023"
                               : "auto_avsr-1",
        sound_alone);
  }
  if (begins("encoder.encoders.") && (holds(".attn.linear_q.") || holds("pointwise_conv1"))) {
    return family_named("espnet", false);
  }
  if (begins("trunk.")) {
    return family_named("lrw", !begins("frontend3D."));
  }
  return std::nullopt;
}

}  // namespace sotto::experiments
