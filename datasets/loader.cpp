#include "datasets/loader.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>

#include "common/error.h"
#include "datasets/training_noise.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kTrimMultiple = 4;     // frames: fewer different shapes for the engines' caches
constexpr int64_t kStandInFrames = 4;

}  // namespace

/// One clip on its way into a batch.
struct Loader::Clip {
  Utterance utterance;
  ClipRandom random{0, 0, ""};
  float audio_weight = 1;
  const ManifestEntry* entry = nullptr;
};

/// What this process computes at once.
struct Loader::Pass {
  int64_t step = 0;
  Members members;  ///< none: a stand-in
  int64_t clips_of_step = 0;
  bool ends_step = true;
  bool lips = false;   ///< whether a clip of the step has them: all processes go the same way
  bool sound = false;
  int64_t longest_speech = 0;  ///< frames, of the step's clips as the manifest has them
};

void LoaderOptions::visit(OptionVisitor& v) {
  v.field(
      "frames", frames, at_least(1), "video frames",
      "padded frames that one step sees at most, over all processes and passes");
  v.field(
      "pass_frames", pass_frames, at_least(0), "video frames",
      "most that a process computes at once, in as many passes as a step takes; 0: all");
  v.field(
      "buckets", buckets, at_least(0), "ranges of length",
      "steps of like length with the same clips in every epoch, as auto_avsr's; 0: mixed anew");
  v.field("workers", workers, between(1, 64), "threads", "threads that prepare batches");
  v.field("cache_mib", cache_mib, at_least(0), "MiB", "decoded clips kept in memory");
}

Loader::Loader(const LoaderOptions& options, LoaderContext context)
    : options_(options), context_(std::move(context)), training_(false) {
  count_frames();
  context_.clips->keep_crop(context_.inputs.crops().back().name);
}

Loader::Loader(
    const LoaderOptions& options,
    LoaderContext context,
    const AugmentOptions& augment,
    const NoiseOptions& noise)
    : options_(options),
      context_(std::move(context)),
      training_(true),
      augment_(augment),
      noise_(noise),
      splicer_(
          augment.splice > 0 ? std::make_unique<Splicer>(context_.clips, context_.entries)
                             : nullptr) {
  count_frames();
  context_.clips->keep_crop(context_.inputs.crops().back().name);
}

void Loader::count_frames() {
  for (const ManifestEntry* entry : context_.entries) {
    frames_.push_back(frame_count(*entry));
  }
}

Loader::~Loader() { drop_waiting(); }

/// Waits first: what is prepared reads its pass.
void Loader::drop_waiting() {
  for (auto& batch : waiting_) {
    batch.wait();
  }
  waiting_.clear();
}

std::vector<Members> Loader::plan(int64_t epoch) const {
  if (training_) {
    Random random(context_.seed, static_cast<uint64_t>(epoch), "order");
    return plan_steps(frames_, options_.frames, options_.buckets, random);
  }
  Members order(context_.entries.size());
  std::iota(order.begin(), order.end(), 0);
  return pack(
      order, frames_,
      options_.pass_frames > 0 ? std::min(options_.frames, options_.pass_frames) : options_.frames);
}

int64_t Loader::batches() const { return static_cast<int64_t>(plan(0).size()); }

void Loader::add_passes(const Members& step, int64_t number) {
  Pass pass;
  pass.step = number;
  pass.clips_of_step = static_cast<int64_t>(step.size());
  for (const size_t member : step) {
    const ManifestEntry& entry = *context_.entries[member];
    pass.lips = pass.lips || entry.frames > 0;
    pass.sound = pass.sound || entry.samples > 0;
    const auto [begin, end] = speech_span(entry.words, frames_[member]);
    pass.longest_speech = std::max(pass.longest_speech, end - begin);
  }
  const auto rank = static_cast<size_t>(context_.rank);
  const auto processes = static_cast<size_t>(context_.processes);
  if (!training_) {
    if (static_cast<size_t>(number) % processes == rank) {
      pass.members = step;
      passes_.push_back(pass);
    }
    return;
  }
  const auto shares = deal(step, frames_, context_.processes, options_.pass_frames);
  for (size_t i = rank; i < shares.size(); i += processes) {
    pass.members = shares[i];
    pass.ends_step = i + processes >= shares.size();
    passes_.push_back(pass);
  }
}

int64_t Loader::start(int64_t epoch, int64_t first_step, std::function<Phase(int64_t)> phase) {
  drop_waiting();
  epoch_ = epoch;
  phase_ = std::move(phase);
  passes_.clear();
  queued_ = 0;
  const auto steps = plan(epoch);
  for (auto i = static_cast<size_t>(first_step); i < steps.size(); ++i) {
    add_passes(steps[i], static_cast<int64_t>(i));
  }
  if (!threads_) {
    threads_ = std::make_unique<c10::ThreadPool>(static_cast<int>(options_.workers));
  }
  for (int64_t i = 0; i <= options_.workers; ++i) {
    queue_one();
  }
  return static_cast<int64_t>(steps.size());
}

void Loader::queue_one() {
  if (queued_ >= passes_.size()) {
    return;
  }
  const Pass& pass = passes_[queued_++];
  const Phase phase = phase_ ? phase_(pass.step) : Phase();
  auto task = std::make_shared<std::packaged_task<Batch()>>([this, &pass, phase, epoch = epoch_] {
    return pass.members.empty() ? stand_in(pass) : build(epoch, pass, phase);
  });
  waiting_.push_back(task->get_future());
  threads_->run([task] { (*task)(); });
}

std::optional<Batch> Loader::next() {
  if (waiting_.empty()) {
    return std::nullopt;
  }
  std::future<Batch> first = std::move(waiting_.front());
  waiting_.pop_front();  // before `get`, which may throw: a future that was asked is not valid
  Batch batch = first.get();
  queue_one();
  return batch;
}

Loader::Clip Loader::prepare(size_t member, int64_t epoch, const Phase& phase) const {
  const ManifestEntry& entry = *context_.entries[member];
  Clip clip;
  clip.entry = &entry;
  clip.random = ClipRandom(context_.seed, static_cast<uint64_t>(epoch), entry.id);
  if (!training_) {
    clip.utterance = context_.clips->copy(entry);
    return clip;
  }
  Random splice = clip.random.of("splice");
  clip.utterance = splice.chance(augment_.splice)
                       ? splicer_->join(member, augment_.splice_border, splice)
                       : context_.clips->copy(entry);
  if (phase.regularise) {
    augment_time(augment_, clip.random, clip.utterance);
  }
  return clip;
}

/// What all clips of a step are cut to depends on its plan alone, not on who computes them together.
void Loader::trim(std::vector<Clip>& clips, int64_t longest, Random& random) const {
  if (!training_ || !random.chance(augment_.trim)) {
    return;
  }
  const int64_t spread = augment_.trim_margin[1] - augment_.trim_margin[0] + 1;
  const int64_t margin = augment_.trim_margin[0] + random.below(spread);
  for (Clip& clip : clips) {
    const int64_t frames = frame_count(clip.utterance);
    const auto [begin, end] = speech_span(clip.utterance);
    int64_t T = std::max(longest, end - begin) + margin;  // it may be spliced or slower by now
    T = (T + kTrimMultiple - 1) / kTrimMultiple * kTrimMultiple;
    if (frames <= T) {
      continue;
    }
    const int64_t earliest = std::max<int64_t>(0, end - T);
    const int64_t latest = std::max(earliest, std::min(begin, frames - T));
    const int64_t first = earliest + clip.random.of("trim").below(latest - earliest + 1);
    clip.utterance = cut(clip.utterance, first, T);
  }
}

void Loader::mix_noise(Clip& clip, const Phase& phase) const {
  Wave& wave = clip.utterance.wave;
  if (wave.empty()) {
    return;
  }
  if (!training_) {
    if (context_.evaluation_noise) {
      context_.evaluation_noise(*clip.entry, wave);
    }
    return;
  }
  augment_wave(augment_, clip.random, phase.regularise, wave);
  clip.audio_weight =
      mix_training_noise(noise_, context_.noise_sources, phase.snr_low, clip.random, wave);
}

/// A reference that the vocabulary cannot write still counts in an evaluation, where no loss is
/// taken of it.
std::vector<int64_t> Loader::tokens_of(const std::string& text) const {
  try {
    return context_.tokenizer->encode(text);
  } catch (const DataError&) {
    if (training_) {
      throw;
    }
    return {};
  }
}

Batch Loader::stand_in(const Pass& pass) const {
  const int64_t S = context_.inputs.size;
  Batch batch;
  batch.ids = {"(stand-in)"};
  batch.texts = {""};
  batch.lengths = Lengths::full(1, kStandInFrames).stand_in();
  batch.presence = at::zeros({1, 2});
  batch.audio_weight = at::zeros({1});
  batch.tokens = {{1}};
  if (pass.lips) {
    batch.lips = at::zeros({1, kStandInFrames, context_.inputs.channels(), S, S});
  }
  if (pass.sound) {
    batch.wave = at::zeros({1, kStandInFrames * kSamplesPerFrame, 1});
  }
  if (context_.labels.classes() > 0) {
    batch.frame_classes = at::full({1, kStandInFrames}, -1, at::kLong);
  }
  batch.clips_of_step = pass.clips_of_step;
  batch.ends_step = pass.ends_step;
  batch.stand_in = true;
  return batch;
}

Batch Loader::build(int64_t epoch, const Pass& pass, Phase phase) const {
  std::vector<Clip> clips;
  for (const size_t member : pass.members) {
    clips.push_back(prepare(member, epoch, phase));
  }
  Random random(
      context_.seed, static_cast<uint64_t>(epoch), "batch " + std::to_string(pass.step));
  trim(clips, pass.longest_speech, random);

  const auto B = static_cast<int64_t>(clips.size());
  const int64_t C = context_.inputs.channels();
  const int64_t S = context_.inputs.size;
  std::vector<int64_t> frames;
  bool any_lips = pass.lips;
  bool any_sound = pass.sound;
  for (const Clip& clip : clips) {
    frames.push_back(std::max<int64_t>(1, frame_count(clip.utterance)));
    any_lips = any_lips || !clip.utterance.crops.empty();
    any_sound = any_sound || !clip.utterance.wave.empty();
  }
  const int64_t T = *std::max_element(frames.begin(), frames.end());
  Batch batch;
  batch.clips_of_step = pass.clips_of_step;
  batch.ends_step = pass.ends_step;
  batch.lengths = Lengths(frames, T);
  batch.presence = at::zeros({B, 2});
  batch.audio_weight = at::ones({B});
  if (any_lips) {
    batch.lips = at::zeros({B, T, C, S, S});
  }
  if (any_sound) {
    batch.wave = at::zeros({B, T * kSamplesPerFrame, 1});
  }
  if (context_.labels.classes() > 0) {
    batch.frame_classes = at::full({B, T}, -1, at::kLong);
  }
  for (int64_t b = 0; b < B; ++b) {
    Clip& clip = clips[static_cast<size_t>(b)];
    const int64_t length = frames[static_cast<size_t>(b)];
    const Crop* lips = crop_to_read(
        clip.utterance, context_.inputs, context_.clips->store().path() + ": " + clip.entry->id);
    if (lips != nullptr) {
      float* out = batch.lips.data_ptr<float>() + b * T * C * S * S;
      view_lips(
          *lips, context_.inputs, training_ ? draw_view(augment_, clip.random) : LipsView(), out);
      if (training_) {
        augment_pictures(augment_, context_.inputs, clip.random, phase.regularise, out, length);
      }
      batch.presence[b][0] = 1;
    }
    mix_noise(clip, phase);
    const Wave& wave = clip.utterance.wave;
    if (!wave.empty()) {
      float* out = batch.wave.data_ptr<float>() + b * T * kSamplesPerFrame;
      const auto samples = std::min(wave.size(), static_cast<size_t>(length * kSamplesPerFrame));
      std::copy_n(wave.begin(), samples, out);
      normalise_wave(out, samples);
      batch.presence[b][1] = 1;
    }
    batch.audio_weight[b] = clip.audio_weight;
    if (batch.frame_classes.defined()) {
      const auto classes = context_.labels.frame_classes(clip.utterance.words, length);
      std::copy(classes.begin(), classes.end(), batch.frame_classes.data_ptr<int64_t>() + b * T);
    }
    batch.ids.push_back(clip.entry->id);
    batch.texts.push_back(clip.utterance.text);
    batch.tokens.push_back(tokens_of(clip.utterance.text));
  }
  return batch;
}

}  // namespace sotto::datasets
