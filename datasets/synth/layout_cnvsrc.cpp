#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "common/format_text.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/layout_text.h"
#include "datasets/synth/synth_run.h"

namespace sotto::datasets::synth {
namespace {

/// A WAV file of 16-bit mono.
std::string wav_file(const std::vector<float>& wave) {
  std::string file;
  const auto put = [&file](uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      file += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
  };
  const uint64_t bytes = 2 * wave.size();
  file += "RIFF";
  put(36 + bytes, 4);
  file += "WAVEfmt ";
  put(16, 4);
  put(1, 2);  // plain numbers
  put(1, 2);  // one channel
  put(kSampleRateHz, 4);
  put(2 * kSampleRateHz, 4);
  put(2, 2);
  put(16, 2);
  file += "data";
  put(bytes, 4);
  for (const float sample : wave) {
    const long value = std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767);
    put(static_cast<uint64_t>(value), 2);
  }
  return file;
}

/// CNVSRC: `cnvsrc-single` (one talker) and `cnvsrc-multi`, each with `dev/video/ID.mp4`,
/// `dev/audio/ID.wav`, `eval/video/ID.mp4` and `cnvsrc-TASK-dev-infos.json` and
/// `…-eval-infos.json`: a list of objects with id, speaker, text and frames.
class CnvsrcLayout : public Layout {
 public:
  std::string language() const override { return "zh"; }

  std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& sentences) const override {
    std::vector<PlannedClip> clips;
    for (int64_t i = 0; i < options.clips; ++i) {
      PlannedClip clip = clip_of(i, options, sentences.next(options.seconds));
      clips.push_back(std::move(clip));
    }
    if (options.odd) {
      add_odd(options, clips);
    }
    return clips;
  }

  FileTexts beside(const PlannedClip& clip, const SpokenClip& spoken) const override {
    if (clip.split != "dev" || clip.odd.kind == "no_sound") {
      return {};
    }
    std::string file = clip.path.substr(0, clip.path.rfind('.')) + ".wav";
    const std::string video = "/video/";
    file.replace(file.find(video), video.size(), "/audio/");
    return {{file, wav_file(spoken.wave)}};
  }

  FileTexts once(
      const SynthOptions& options, const std::vector<PlannedClip>& clips) const override {
    std::map<std::string, nlohmann::ordered_json> entries;
    for (const PlannedClip& clip : clips) {
      const std::string task = clip.path.substr(0, clip.path.find('/'));
      auto& list = entries[task + "/" + task + "-" + clip.split + "-infos.json"];
      if (clip.odd.kind == "no_label") {
        continue;
      }
      const size_t slash = clip.path.rfind('/');
      nlohmann::ordered_json entry;
      entry["id"] = clip.path.substr(slash + 1, clip.path.rfind('.') - slash - 1);
      entry["speaker"] = "S" + std::to_string(clip.talker + 1);
      entry["text"] = clip.odd.kind == "empty_text" ? "" : clip.written;
      list.push_back(std::move(entry));
    }
    FileTexts files;
    for (const auto& [path, list] : entries) {
      files[path] = list.dump(1) + "\n";
      if (options.odd && path.find("single-dev") != std::string::npos) {
        files[path] = odd_bytes("byte_order_mark", odd_bytes("crlf", files[path]));
      }
      files[path.substr(0, path.find('/')) + "/README.TXT"] =
          "Clips of talkers who do not exist, laid out as CNVSRC.\n";
    }
    return files;
  }

 private:
  // Of five clips two are of the single talker; the last is for evaluation.
  static PlannedClip clip_of(
      int64_t number, const SynthOptions& options, const std::string& sentence) {
    PlannedClip clip;
    const bool single = number % 2 == 0;
    clip.split = number % 5 == 4 ? "eval" : "dev";
    clip.talker = single || options.talkers == 1 ? 0 : 1 + number / 2 % (options.talkers - 1);
    clip.path =
        std::string(single ? "cnvsrc-single/" : "cnvsrc-multi/") + clip.split + "/video/" +
        format_text("%s%06lld.mp4", single ? "00" : "80", static_cast<long long>(number + 1));
    clip.spoken = sentence;
    for (const TextWord& word : words_of(sentence)) {
      clip.written += word.word;  // Han characters alone, as its transcripts are
    }
    clip.seconds = options.seconds;
    clip.sound = false;  // in a file of its own
    return clip;
  }

  static void add_odd(const SynthOptions& options, std::vector<PlannedClip>& clips) {
    int64_t number = options.clips;
    const std::string last = "cnvsrc-multi/cnvsrc-multi-dev-infos.json";
    for (const char* kind :
         {"no_label",
          "empty_text",
          "listed_only",
          "punctuation",
          "json_byte_order_mark_crlf",
          "no_sound",
          "one_frame"}) {
      const std::string what = kind;
      const bool marked = what == "json_byte_order_mark_crlf";  // the file of the single talker
      PlannedClip clip;
      // In dev, and of the task whose file is odd.
      do {
        clip = clip_of(number++, options, "今天天气很好，我们去公园吧。");
      } while (clip.split != "dev" || (clip.path.rfind("cnvsrc-single", 0) == 0) != marked);
      clip.odd.kind = kind;
      clip.odd.file = what == "no_sound" || what == "one_frame" ? ""
                      : marked ? "cnvsrc-single/cnvsrc-single-dev-infos.json"
                               : last;
      clip.odd.expected = clip.written;
      if (what == "punctuation") {
        clip.written = clip.spoken;
      }
      clip.made = what != "listed_only";
      clip.most_frames = what == "one_frame" ? 1 : 0;
      if (what == "no_label" || what == "empty_text" || !clip.made || what == "one_frame") {
        clip.odd.expected.reset();
      }
      clips.push_back(std::move(clip));
    }
  }
};

}  // namespace

std::unique_ptr<Layout> make_cnvsrc_layout() {
  return std::make_unique<CnvsrcLayout>();
}

}  // namespace sotto::datasets::synth
