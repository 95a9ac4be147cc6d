#include <array>
#include <map>

#include "common/format_text.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/layout_text.h"
#include "datasets/synth/odd_lrs.h"
#include "datasets/synth/synth_run.h"

namespace sotto::datasets::synth {
namespace {

constexpr std::array<const char*, 6> kSplits = {
    "pretrain", "train", "test", "val", "pretrain", "train"};
constexpr const char* kFolder = "mvlrs_v1/";

/// LRS2: `mvlrs_v1/main` and `mvlrs_v1/pretrain`, each with `PROGRAMME/CLIP.mp4` and `.txt`, and
/// the lists of the splits beside `mvlrs_v1`. Texts of `pretrain` have the word table.
class Lrs2Layout : public Layout {
 public:
  int64_t width() const override { return 160; }
  int64_t height() const override { return 160; }

  std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& sentences) const override {
    std::vector<PlannedClip> clips;
    std::map<std::string, int64_t> numbers;
    for (int64_t i = 0; i < options.clips; ++i) {
      PlannedClip clip;
      clip.split = kSplits[static_cast<size_t>(i) % kSplits.size()];
      clip.talker = i % options.talkers;
      const bool longer = clip.split == "pretrain" && options.seconds == 0;
      clip.spoken = longer ? several(sentences, 2) : sentences.next(options.seconds);
      clip.written = clip.spoken;
      clip.seconds = options.seconds;
      place(clip, options, numbers);
      clips.push_back(std::move(clip));
    }
    if (options.odd) {
      add_odd(options, sentences, numbers, clips);
    }
    return clips;
  }

  FileTexts beside(const PlannedClip& clip, const SpokenClip& spoken) const override {
    const std::string& kind = clip.odd.kind;
    if (kind == "missing_text") {
      return {};
    }
    std::string text =
        "Text:  " + (kind == "empty_text" ? "" : capital_words(clip.written)) + "\nConf:  5\n";
    if (clip.split == "pretrain" && kind != "no_table") {
      text += "\n" + odd_word_table(kind, spoken.words);
    }
    return {{clip.path.substr(0, clip.path.rfind('.')) + ".txt", text}};
  }

  FileTexts once(
      const SynthOptions& options, const std::vector<PlannedClip>& clips) const override {
    FileTexts lists = {{"pretrain.txt", ""}, {"train.txt", ""}, {"val.txt", ""}, {"test.txt", ""}};
    for (const PlannedClip& clip : clips) {
      if (clip.odd.kind == "not_listed") {
        continue;
      }
      const size_t clip_slash = clip.path.rfind('/');
      const size_t slash = clip.path.rfind('/', clip_slash - 1);
      const std::string id = clip.path.substr(slash + 1, clip.path.rfind('.') - slash - 1);
      lists.at(clip.split + ".txt") += id + (clip.odd.kind == "nf_columns" ? " NF MV\n" : "\n");
    }
    if (options.odd) {
      lists["val.txt"] = odd_bytes("byte_order_mark", odd_bytes("crlf", lists["val.txt"]));
    }
    return lists;
  }

 private:
  static void place(
      PlannedClip& clip, const SynthOptions& options, std::map<std::string, int64_t>& numbers) {
    const std::string part = clip.split == "pretrain" ? "pretrain" : "main";
    const std::string folder =
        kFolder + part + "/" +
        programme_id(static_cast<uint64_t>(options.seed), clip.split + std::to_string(clip.talker));
    clip.path = folder + format_text("/%05lld.mp4", static_cast<long long>(++numbers[folder]));
  }

  static void add_odd(
      const SynthOptions& options,
      SentenceSource& sentences,
      std::map<std::string, int64_t>& numbers,
      std::vector<PlannedClip>& clips) {
    const auto add = [&](const OddLrs& odd, const std::string& split) {
      PlannedClip clip = odd_lrs_clip(odd, sentences);
      clip.split = split;
      place(clip, options, numbers);
      if (clip.odd.kind == "doubled_folder") {
        clip.path = kFolder + clip.path;
      }
      finish_odd_lrs(clip, clip.path);
      if (clip.odd.kind == "bad_row") {
        clip.odd.line = 6;  // two lines, an empty one, the header, two rows
      }
      clips.push_back(std::move(clip));
      return &clips.back();
    };
    for (const OddLrs& odd : kOddLrs) {
      add(odd, odd.pretrain ? "pretrain" : "train");
    }
    const auto line_of = [&](const std::string& split) {
      int64_t line = 0;
      for (const PlannedClip& clip : clips) {
        line += clip.split == split ? 1 : 0;
      }
      return line;
    };
    for (const char* kind : {"nf_columns", "list_byte_order_mark_crlf", "listed_only"}) {
      const std::string split = kind == std::string("list_byte_order_mark_crlf") ? "val" : "test";
      PlannedClip* clip = add({kind, false, nullptr, true}, split);
      clip->odd.file = split + ".txt";
      clip->odd.line = line_of(split);
      if (clip->odd.kind == "listed_only") {
        clip->made = false;
        clip->odd.expected.reset();
      }
    }
    PlannedClip* clip = add({"not_listed", false, nullptr, false}, "train");
    clip->odd.file.clear();
  }
};

}  // namespace

std::unique_ptr<Layout> make_lrs2_layout() {
  return std::make_unique<Lrs2Layout>();
}

}  // namespace sotto::datasets::synth
