#include "experiments/describe.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "common/error.h"
#include "datasets/media/media_reader.h"
#include "datasets/store.h"
#include "decoding/arpa_reader.h"
#include "experiments/model_file.h"

namespace sotto::experiments {
namespace {

std::string seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", value);
  return text;
}

std::string mebibytes(uint64_t bytes) { return std::to_string((bytes + (1 << 19)) >> 20) + " MiB"; }

/// The first part of a tensor's name: what the network is made of.
std::string part_of(const std::string& name) { return name.substr(0, name.find('.')); }

std::string vocabulary(const ModelCard& card) {
  std::string text = std::to_string(card.tokens.size()) + " " + card.tokenizer_type;
  if (are_numbered(card.tokens)) {
    return text + ", their text unknown: import again with --units";
  }
  if (card.tokenizer_type == "sentencepiece" && card.tokenizer_model.empty()) {
    text += ", without the SentencePiece model that writes texts as tokens";
  }
  return text;
}

std::string describe_model(const std::string& path) {
  const SafetensorsFile file(path);
  ModelCard card = read_card(file, path);
  std::map<std::string, int64_t> parts;
  int64_t total = 0;
  uint64_t bytes = 0;
  std::string stored;
  for (const auto& [name, entry] : file.entries()) {
    if (entry.type == "I64" || entry.type == "U8" || name.find('/') != std::string::npos) {
      continue;  // counters, the tokenizer's model, a peer's tables
    }
    int64_t count = 1;
    for (const int64_t size : entry.shape) {
      count *= size;
    }
    parts[part_of(name)] += count;
    total += count;
    bytes += static_cast<uint64_t>(count) * sizeof(float);
    stored = entry.type;
  }
  const bool language_model = card.kind == "language_model";
  std::ostringstream out;
  out << "model     " << card.name << "\n"
      << "about     " << card.about << "\n"
      << "domain    " << card.domain << "\n"
      << "licence   " << card.licence << "\n"
      << "family    " << card.family << "\n";
  if (language_model) {
    out << "kind      language model\n";
  } else {
    out << "streams   " << (card.model.video.chosen() ? "lips " : "")
        << (card.model.audio.chosen() ? "sound" : "") << "\n";
  }
  out << "tokens    " << vocabulary(card) << "\n";
  if (!card.text_rules.empty()) {
    out << "texts     by the rules " << card.text_rules << "\n";
  }
  if (!language_model && card.model.label_classes > 0) {
    out << "labels    " << card.model.label_classes - 1 << " words"
        << (card.label_words.empty() ? ", not named: sotto calibrate --trained-on" : "") << "\n";
  }
  if (card.longest_s > 0) {
    out << "clips     of up to " << card.longest_s << " s in training\n";
  }
  out << "weights   " << total << " stored as " << stored << "\n";
  for (const auto& [part, count] : parts) {
    out << "          " << part << " " << count << "\n";
  }
  out << "memory    " << mebibytes(bytes) << " for the weights"
      << (stored == "F32" ? ", mapped from the file" : "") << "\n"
      << "network\n"
      << (language_model ? write_yaml(card.language_model) : write_yaml(card.model));
  if (!language_model) {
    out << "decoding\n" << write_yaml(card.decode);
    out << "calibration"
        << (card.calibration.any() ? "\n" + write_yaml(card.calibration) : " none\n");
  }
  return out.str();
}

std::string describe_store(const std::string& path) {
  const datasets::Store store(path);
  int64_t frames = 0;
  int64_t with_lips = 0;
  int64_t with_sound = 0;
  int64_t words = 0;
  int64_t longest_gap = 0;
  std::set<std::string> talkers;
  std::map<std::string, int64_t> splits;
  for (const auto& entry : store.manifest()) {
    splits[entry.split] += 1;
    frames += entry.frames > 0 ? entry.frames : entry.samples / datasets::kSamplesPerFrame;
    with_lips += entry.frames > 0 ? 1 : 0;
    with_sound += entry.samples > 0 ? 1 : 0;
    std::istringstream text(entry.text);
    for (std::string word; text >> word;) {
      ++words;
    }
    longest_gap = std::max(longest_gap, entry.quality.longest_gap);
    talkers.insert(entry.talker);
  }
  std::ostringstream out;
  out << "store     " << path << "\n"
      << "clips     " << store.manifest().size() << " (" << with_lips << " with lips, "
      << with_sound << " with sound)\n"
      << "length    " << seconds(static_cast<double>(frames) / datasets::kFramesPerSecond) << "\n"
      << "words     " << words << "\n"
      << "talkers   " << talkers.size() << "\n"
      << "splits    ";
  const char* before = "";
  for (const auto& [split, clips] : splits) {
    out << before << (split.empty() ? "none" : split) << " " << clips;
    before = ", ";
  }
  out << "\n"
      << "longest run without a face   " << longest_gap << " frames\n";
  for (const std::string& notice : store.notices()) {
    out << "notice    " << notice << "\n";
  }
  return out.str();
}

std::string describe_clip(const std::string& path) {
  const datasets::MediaReader reader(path);
  const datasets::MediaInfo& info = reader.info();
  std::ostringstream out;
  out << "clip      " << path << "\n"
      << "length    " << (info.duration_s > 0 ? seconds(info.duration_s) : "unknown") << "\n";
  if (info.has_video) {
    out << "pictures  " << info.width << " x " << info.height << ", " << info.fps
        << " frames/s\n";
  } else {
    out << "pictures  none\n";
  }
  if (info.has_audio) {
    out << "sound     " << info.sample_rate_hz << " Hz\n";
  } else {
    out << "sound     none\n";
  }
  return out.str();
}

std::string describe_ngrams(const std::string& path) {
  const decoding::NgramModel model = decoding::read_arpa(path);
  std::ostringstream out;
  out << "n-grams   " << path << "\n"
      << "words     " << model.count(1)
      << (model.has_unknown() ? "" : ", without <unk> of its own") << "\n";
  for (size_t length = 2; length <= model.order(); ++length) {
    out << length << "-grams   " << model.count(length) << "\n";
  }
  return out.str();
}

}  // namespace

std::string describe_path(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    return describe_store(path);
  }
  if (is_safetensors(path)) {
    return describe_model(path);
  }
  return decoding::is_arpa(path) ? describe_ngrams(path) : describe_clip(path);
}

}  // namespace sotto::experiments
