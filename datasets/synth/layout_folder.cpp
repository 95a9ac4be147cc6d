#include "common/format_text.h"
#include "datasets/synth/layout.h"
#include "datasets/synth/layout_text.h"

namespace sotto::datasets::synth {
namespace {

/// `talker01/clip0001.mp4` and `.txt`, which holds the sentence and the times of its words in the
/// form of LRS3: what `sotto prepare folder` reads.
class FolderLayout : public Layout {
 public:
  bool any_language() const override { return true; }

  std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& sentences) const override {
    std::vector<PlannedClip> clips;
    for (int64_t i = 0; i < options.clips; ++i) {
      PlannedClip clip;
      clip.talker = i % options.talkers;
      clip.path = format_text(
          "talker%02lld/clip%04lld.mp4",
          static_cast<long long>(clip.talker + 1),
          static_cast<long long>(i / options.talkers + 1));
      clip.spoken = sentences.next(options.seconds);
      clip.written = clip.spoken;
      clip.seconds = options.seconds;
      clips.push_back(std::move(clip));
    }
    if (options.odd) {
      add_odd(options, clips);
    }
    return clips;
  }

  FileTexts beside(const PlannedClip& clip, const SpokenClip& spoken) const override {
    const std::string file = clip.path.substr(0, clip.path.rfind('.')) + ".txt";
    if (clip.odd.kind == "missing_text") {
      return {};
    }
    if (clip.odd.kind == "empty_text") {
      return {{file, " \n"}};
    }
    return {{file, "Text:  " + clip.written + "\nConf:  5\n\n" + word_table(spoken.words, false)}};
  }

 private:
  static void add_odd(const SynthOptions& options, std::vector<PlannedClip>& clips) {
    const bool zh = options.language == "zh";
    const std::string said = zh ? "今天天气很好" : "The old farmer found a map";
    const auto add = [&](const char* kind, const std::string& written, bool read) {
      PlannedClip clip;
      clip.path = std::string("odd/") + kind + ".mp4";
      clip.spoken = written;
      clip.written = written;
      clip.odd.kind = kind;
      clip.odd.file = std::string("odd/") + kind + ".txt";
      if (read) {
        clip.odd.expected = written;
      }
      clips.push_back(std::move(clip));
      return &clips.back();
    };
    add("missing_text", said, false);
    add("empty_text", said, false);
    add("byte_order_mark", said, true);
    add("crlf", said, true);
    if (!zh) {
      add("latin1", "The caf\xC3\xA9 is open", true);
    }
    PlannedClip* clip = add("no_sound", said, true);
    clip->sound = false;
    clip->odd.file.clear();
    clip = add("one_frame", said, false);
    clip->most_frames = 1;
    clip->odd.file.clear();
  }
};

}  // namespace

std::unique_ptr<Layout> make_folder_layout() {
  return std::make_unique<FolderLayout>();
}

}  // namespace sotto::datasets::synth
