#include <algorithm>
#include <cmath>
#include <set>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/layout_text.h"
#include "datasets/synth/sentences.h"

namespace sotto::datasets::synth {
namespace {

constexpr double kSeconds = 3;             // of a clip of GRID
constexpr double kUnitsPerSecond = 25000;  // of .align files
constexpr int64_t kSentences = 4 * 4 * 4 * 25 * 10 * 4;
// Shorter rests are no pauses: words of an .align file follow on one another.
constexpr double kShortestPause = 0.04;

/// GRID: `s1/bbaf2n.mp4` and `align/s1/bbaf2n.align`; 360x288 pixels, 3 s, sentences of its
/// grammar.
class GridLayout : public Layout {
 public:
  bool any_sentence() const override { return false; }
  int64_t width() const override { return 360; }
  int64_t height() const override { return 288; }

  std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& /*sentences*/) const override {
    if (options.clips > options.talkers * (kSentences / 2)) {
      throw ConfigError(
          "clips: expected at most " + std::to_string(options.talkers * (kSentences / 2)) +
          " in GRID's grammar; ask for more talkers");
    }
    std::vector<PlannedClip> clips;
    std::set<std::string> taken;
    Random random(static_cast<uint64_t>(options.seed), 0, "grid");
    while (static_cast<int64_t>(clips.size()) < options.clips) {
      PlannedClip clip;
      clip.talker = static_cast<int64_t>(clips.size()) % options.talkers;
      if (add(clip, grid_sentence(random), options, taken)) {
        clips.push_back(std::move(clip));
      }
    }
    if (options.odd) {
      add_odd(options, random, taken, clips);
    }
    return clips;
  }

  FileTexts beside(const PlannedClip& clip, const SpokenClip& spoken) const override {
    if (clip.odd.kind == "missing_text") {
      return {};
    }
    const std::string file = align_file(clip);
    const auto units = [](double seconds) {
      return static_cast<long long>(std::lround(seconds * kUnitsPerSecond));
    };
    const double end_s = static_cast<double>(spoken.frames) / spoken.fps;
    std::string text;
    double at_s = 0;
    for (size_t i = 0; i < spoken.words.size(); ++i) {
      WordTime word = spoken.words[i];
      if (i == 0 || word.start_s - at_s > kShortestPause) {
        text +=
            format_text("%lld %lld %s\n", units(at_s), units(word.start_s), i == 0 ? "sil" : "sp");
      } else {
        word.start_s = at_s;
      }
      text += format_text("%lld %lld ", units(word.start_s), units(word.end_s));
      const bool bad = clip.odd.kind == "bad_row" && i == 1;
      text += bad ? "\n" : word.word + "\n";
      at_s = word.end_s;
    }
    text += format_text("%lld %lld sil\n", units(at_s), units(std::max(at_s, end_s)));
    if (clip.odd.kind == "empty_text") {
      text = format_text("0 %lld sil\n", units(end_s));
    }
    return {{file, text}};
  }

 private:
  static std::string align_file(const PlannedClip& clip) {
    return "align/" + clip.path.substr(0, clip.path.rfind('.')) + ".align";
  }

  static bool add(
      PlannedClip& clip,
      const GridSentence& sentence,
      const SynthOptions& options,
      std::set<std::string>& taken) {
    clip.path = "s" + std::to_string(clip.talker + 1) + "/" + sentence.name + ".mp4";
    clip.written = sentence.text;
    clip.spoken = sentence.text;
    // Alone, "a" would be read as the article.
    const size_t letter = clip.spoken.find(" a ");
    if (letter != std::string::npos) {
      clip.spoken.replace(letter, 3, " ay ");
    }
    clip.seconds = options.seconds > 0 ? options.seconds : kSeconds;
    return taken.insert(clip.path).second;
  }

  static void add_odd(
      const SynthOptions& options,
      Random& random,
      std::set<std::string>& taken,
      std::vector<PlannedClip>& clips) {
    for (const char* kind :
         {"missing_text",
          "empty_text",
          "bad_row",
          "byte_order_mark",
          "crlf",
          "no_sound",
          "one_frame",
          "74_frames"}) {
      PlannedClip clip;
      while (!add(clip, grid_sentence(random), options, taken)) {
      }
      clip.odd.kind = kind;
      const std::string what = kind;
      const bool text = what.find("text") != std::string::npos;
      if (what == "no_sound") {
        clip.sound = false;
      } else if (what == "one_frame") {
        clip.most_frames = 1;
      } else if (what == "74_frames") {
        clip.most_frames = 74;  // as some clips of GRID have
      } else {
        clip.odd.file = align_file(clip);
      }
      clip.odd.line = what == "bad_row" ? 3 : 0;
      if (!text && what != "bad_row" && what != "one_frame") {
        clip.odd.expected = clip.written;
      }
      clips.push_back(std::move(clip));
    }
  }
};

}  // namespace

std::unique_ptr<Layout> make_grid_layout() {
  return std::make_unique<GridLayout>();
}

}  // namespace sotto::datasets::synth
