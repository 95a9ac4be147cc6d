#include "datasets/loader.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kTrimMultiple = 4;     // frames: fewer different shapes for the engines' caches
constexpr size_t kSortedTogether = 256;  // clips shuffled first, then sorted by length in groups

}  // namespace

/// One clip on its way into a batch.
struct Loader::Clip {
  Utterance utterance;
  Random random{0};
  float audio_weight = 1;
};

void LoaderOptions::visit(OptionVisitor& v) {
  v.field("frames", frames, at_least(1), "video frames", "padded frames a batch holds at most");
  v.field("workers", workers, between(1, 64), "threads", "threads that prepare batches");
  v.field("cache_mib", cache_mib, at_least(0), "MiB", "decoded clips kept in memory");
}

Loader::Loader(const LoaderOptions& options, LoaderContext context)
    : options_(options), context_(std::move(context)), training_(false) {}

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
      splicer_(std::make_unique<Splicer>(context_.clips, context_.entries)) {}

Loader::~Loader() {
  for (auto& batch : waiting_) {
    batch.wait();
  }
}

std::vector<std::vector<size_t>> Loader::plan(int64_t epoch) const {
  std::vector<size_t> order(context_.entries.size());
  for (size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto frames = [this](size_t i) { return frame_count(*context_.entries[i]); };
  Random random(context_.seed, static_cast<uint64_t>(epoch), "order");
  if (training_) {
    shuffle(order, random);
    for (size_t begin = 0; begin < order.size(); begin += kSortedTogether) {
      const size_t end = std::min(order.size(), begin + kSortedTogether);
      std::stable_sort(
          order.begin() + static_cast<std::ptrdiff_t>(begin),
          order.begin() + static_cast<std::ptrdiff_t>(end),
          [&](size_t a, size_t b) { return frames(a) > frames(b); });
    }
  }
  std::vector<std::vector<size_t>> batches;
  int64_t longest = 0;
  for (const size_t member : order) {
    const int64_t with_member = std::max(longest, frames(member));
    const bool fits =
        !batches.empty() &&
        with_member * static_cast<int64_t>(batches.back().size() + 1) <= options_.frames;
    if (!fits) {
      batches.emplace_back();
      longest = 0;
    }
    batches.back().push_back(member);
    longest = std::max(longest, frames(member));
  }
  if (training_) {
    shuffle(batches, random);
  }
  return batches;
}

int64_t Loader::batches() const {
  return static_cast<int64_t>(plan(0).size());
}

int64_t Loader::start(int64_t epoch, int64_t first_batch, std::function<Phase(int64_t)> phase) {
  waiting_.clear();
  epoch_ = epoch;
  batches_ = plan(epoch);
  phase_ = std::move(phase);
  queued_ = static_cast<size_t>(first_batch);
  for (int64_t i = 0; i <= options_.workers; ++i) {
    queue_one();
  }
  return static_cast<int64_t>(batches_.size());
}

void Loader::queue_one() {
  if (queued_ >= batches_.size()) {
    return;
  }
  const auto number = static_cast<int64_t>(queued_++);
  const Phase phase = phase_ ? phase_(number) : Phase();
  waiting_.push_back(std::async(std::launch::async, [this, number, phase, epoch = epoch_] {
    return build(epoch, number, batches_[static_cast<size_t>(number)], phase);
  }));
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
  clip.random = Random(context_.seed, static_cast<uint64_t>(epoch), entry.id);
  if (!training_) {
    clip.utterance = context_.clips->copy(entry);
    return clip;
  }
  clip.utterance = clip.random.chance(augment_.splice)
                       ? splicer_->join(member, augment_.splice_border, clip.random)
                       : context_.clips->copy(entry);
  if (phase.regularise && clip.random.chance(augment_.speed_chance)) {
    const double factor = 1 + clip.random.uniform(-augment_.speed_range, augment_.speed_range);
    clip.utterance = change_speed(clip.utterance, factor);
  }
  return clip;
}

void Loader::trim(std::vector<Clip>& clips, Random& random) const {
  if (!training_ || !random.chance(augment_.trim)) {
    return;
  }
  int64_t longest = 0;
  for (const Clip& clip : clips) {
    const auto [begin, end] = speech_span(clip.utterance);
    longest = std::max(longest, end - begin);
  }
  const int64_t spread = augment_.trim_margin[1] - augment_.trim_margin[0] + 1;
  int64_t T = longest + augment_.trim_margin[0] + random.below(spread);
  T = (T + kTrimMultiple - 1) / kTrimMultiple * kTrimMultiple;
  for (Clip& clip : clips) {
    const int64_t frames = frame_count(clip.utterance);
    if (frames <= T) {
      continue;
    }
    const auto [begin, end] = speech_span(clip.utterance);
    const int64_t earliest = std::max<int64_t>(0, end - T);
    const int64_t latest = std::max(earliest, std::min(begin, frames - T));
    const int64_t first = earliest + clip.random.below(latest - earliest + 1);
    clip.utterance = cut(clip.utterance, first, T);
  }
}

void Loader::mix_noise(Clip& clip, const Phase& phase) const {
  Wave& wave = clip.utterance.wave;
  if (wave.empty()) {
    return;
  }
  if (!training_) {
    if (const auto& fixed = context_.fixed_noise) {
      add_noise(
          wave,
          draw_noise(context_.noise_sources, fixed->talkers, wave.size(), clip.random),
          fixed->snr_db);
    }
    return;
  }
  if (phase.regularise && augment_.wave_mask > 0 && clip.random.chance(augment_.wave_mask_chance)) {
    const auto widest = static_cast<int64_t>(augment_.wave_mask * kSampleRateHz);
    mask_frames(wave.data(), static_cast<int64_t>(wave.size()), 1, widest, 0, clip.random);
  }
  if (context_.noise_sources.empty()) {
    return;
  }
  const auto choice = clip.random.below(static_cast<int64_t>(noise_.talkers.size()));
  const int64_t talkers = noise_.talkers[static_cast<size_t>(choice)];
  if (clip.random.chance(noise_.only)) {
    wave = draw_noise(context_.noise_sources, talkers, wave.size(), clip.random);
    clip.audio_weight = 0;
  } else if (clip.random.chance(noise_.chance)) {
    const double snr =
        clip.random.uniform(std::min(phase.snr_low, noise_.snr_high), noise_.snr_high);
    add_noise(wave, draw_noise(context_.noise_sources, talkers, wave.size(), clip.random), snr);
    clip.audio_weight = snr < noise_.weak_snr ? static_cast<float>(noise_.weak_weight) : 1.0F;
  }
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

Batch Loader::build(
    int64_t epoch, int64_t number, const std::vector<size_t>& members, Phase phase) const {
  std::vector<Clip> clips;
  for (const size_t member : members) {
    clips.push_back(prepare(member, epoch, phase));
  }
  Random random(context_.seed, static_cast<uint64_t>(epoch), "batch " + std::to_string(number));
  trim(clips, random);

  const auto B = static_cast<int64_t>(clips.size());
  const int64_t S = context_.inputs.size;
  std::vector<int64_t> frames;
  bool any_lips = false;
  bool any_sound = false;
  for (const Clip& clip : clips) {
    frames.push_back(std::max<int64_t>(1, frame_count(clip.utterance)));
    any_lips = any_lips || clip.utterance.crops.count("lips") != 0;
    any_sound = any_sound || !clip.utterance.wave.empty();
  }
  const int64_t T = *std::max_element(frames.begin(), frames.end());
  Batch batch;
  batch.lengths = Lengths(frames, T);
  batch.presence = at::zeros({B, 2});
  batch.audio_weight = at::ones({B});
  if (any_lips) {
    batch.lips = at::zeros({B, T, 1, S, S});
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
    const auto lips = clip.utterance.crops.find("lips");
    if (lips != clip.utterance.crops.end()) {
      float* out = batch.lips.data_ptr<float>() + b * T * S * S;
      const LipsView view = training_ ? draw_view(augment_, clip.random) : LipsView();
      view_lips(lips->second, context_.inputs, view, out);
      if (phase.regularise) {
        mask_frames(out, length, S * S, augment_.lips_mask, augment_.lips_mask_every, clip.random);
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
    batch.ids.push_back(context_.entries[members[static_cast<size_t>(b)]]->id);
    batch.texts.push_back(clip.utterance.text);
    batch.tokens.push_back(tokens_of(clip.utterance.text));
  }
  return batch;
}

}  // namespace sotto::datasets
