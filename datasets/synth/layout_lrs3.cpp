#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "common/format_text.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/layout_text.h"
#include "datasets/synth/odd_lrs.h"

namespace sotto::datasets::synth {
namespace {

constexpr std::array<const char*, 5> kParts = {
    "pretrain", "trainval", "test", "pretrain", "trainval"};
constexpr double kOddSeconds = 3;  // of clips whose rows are counted

/// LRS3: `pretrain`, `trainval` and `test`, each with `TALK/CLIP.mp4` and `.txt`: the text, a row
/// of the face's box a frame, and the word table, which half of `trainval` lacks. Nobody who talks
/// in `test` does elsewhere.
class Lrs3Layout : public Layout {
 public:
  int64_t width() const override { return 224; }
  int64_t height() const override { return 224; }

  std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& sentences) const override {
    std::vector<PlannedClip> clips;
    std::map<std::string, int64_t> numbers;
    const int64_t others = std::max<int64_t>(1, options.talkers - 1);
    for (int64_t i = 0; i < options.clips; ++i) {
      PlannedClip clip;
      clip.split = kParts[static_cast<size_t>(i) % kParts.size()];
      clip.talker = clip.split == "test" ? options.talkers - 1 : i % others;
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
    const size_t slash = clip.path.rfind('/');
    const size_t above = clip.path.rfind('/', slash - 1);
    std::string text = "Text:  " + (kind == "empty_text" ? "" : capital_words(clip.written)) +
                       "\nConf:  4\nRef:  " + clip.path.substr(above + 1, slash - above - 1) +
                       "\n\nFRAME \tX \tY \tW \tH \n";
    const auto width = static_cast<double>(spoken.width);
    const auto height = static_cast<double>(spoken.height);
    for (size_t k = 0; k < spoken.poses.size(); ++k) {
      const Pose& pose = spoken.poses[k];
      text += format_text(
          "%06zu \t%.3f \t%.3f \t%.3f \t%.3f \n",
          k,
          (pose.x - 0.5 * pose.width) / width,
          (pose.y - 0.4 * pose.width) / height,
          pose.width / width,
          1.25 * pose.width / height);
    }
    const int64_t number = std::stoll(clip.path.substr(slash + 1, 5));
    const bool lacks = clip.split == "trainval" && kind.empty() && number % 2 == 0;
    if (!lacks && kind != "no_table") {
      text += "\n" + odd_word_table(kind, spoken.words);
    }
    return {{clip.path.substr(0, clip.path.rfind('.')) + ".txt", text}};
  }

 private:
  static void place(
      PlannedClip& clip, const SynthOptions& options, std::map<std::string, int64_t>& numbers) {
    const std::string talk =
        (clip.split == "test" ? "test " : "talk ") + std::to_string(clip.talker);
    const std::string folder =
        clip.split + "/" + video_id(static_cast<uint64_t>(options.seed), talk);
    const int64_t number = ++numbers[folder] + (clip.split == "pretrain" ? 0 : 50000);
    clip.path = folder + format_text("/%05lld.mp4", static_cast<long long>(number));
  }

  static void add_odd(
      const SynthOptions& options,
      SentenceSource& sentences,
      std::map<std::string, int64_t>& numbers,
      std::vector<PlannedClip>& clips) {
    for (const OddLrs& odd : kOddLrs) {
      PlannedClip clip = odd_lrs_clip(odd, sentences);
      clip.split = odd.pretrain ? "pretrain" : "trainval";
      place(clip, options, numbers);
      if (clip.odd.kind == "doubled_folder") {
        clip.path = clip.split + "/" + clip.path;
      }
      finish_odd_lrs(clip, clip.path);
      if (clip.odd.kind == "bad_row") {
        clip.seconds = kOddSeconds;
        // Five lines, a row a frame, an empty line, the header, two rows of words.
        clip.odd.line = 9 + std::lround(kOddSeconds * frame_rate(options.fps).per_second());
      }
      clips.push_back(std::move(clip));
    }
  }
};

}  // namespace

std::unique_ptr<Layout> make_lrs3_layout() {
  return std::make_unique<Lrs3Layout>();
}

}  // namespace sotto::datasets::synth
