#include "experiments/loader_bench.h"

#include <chrono>
#include <ctime>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/loader.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

/// Texts are not what is timed, and a store's need not fit any vocabulary.
class NoTokenizer : public datasets::Tokenizer {
 public:
  NoTokenizer() : Tokenizer({"<blank>", "any", "<eos>"}) {}
  std::string type() const override { return "none"; }

 private:
  std::vector<int64_t> ids_of(std::string_view /*text*/) const override { return {}; }
};

datasets::LoaderContext context_of(const LoaderBenchOptions& options) {
  const auto store = std::make_shared<const datasets::Store>(options.store);
  datasets::LoaderContext context;
  context.clips = std::make_shared<datasets::ClipCache>(store, 0);
  for (const ManifestEntry& entry : store->manifest()) {
    context.entries.push_back(&entry);
  }
  if (context.entries.empty()) {
    throw DataError(options.store + ": expected clips, found none");
  }
  context.tokenizer = std::make_shared<NoTokenizer>();
  return context;
}

datasets::AugmentOptions published_augmentation() {
  datasets::AugmentOptions augment;
  augment.shift = 4;
  augment.flip = 0.5;
  augment.lips_mask = 10;
  augment.lips_mask_every = 25;
  return augment;
}

double cpu_seconds() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

void count(const datasets::Batch& batch, LoaderBenchReport& report) {
  ++report.batches;
  report.clips += static_cast<int64_t>(batch.ids.size());
  for (const int64_t frames : batch.lengths.frames()) {
    report.frames += frames;
  }
}

}  // namespace

LoaderBenchReport bench_loader(const LoaderBenchOptions& options) {
  datasets::LoaderContext context = context_of(options);
  LoaderBenchReport report;
  report.packed = datasets::Store::is_packed(*context.entries.front());
  const bool lips = context.entries.front()->frames > 0;
  const bool sound = context.entries.front()->samples > 0;
  datasets::LoaderOptions loading;
  loading.frames = options.frames;
  loading.workers = options.workers;
  datasets::Loader loader(
      loading, std::move(context), published_augmentation(), datasets::NoiseOptions());
  const auto phase = [](int64_t) { return datasets::Phase{true, 0}; };
  loader.start(0, 0, phase);
  loader.next();  // finds files, fills tables
  const double wall = wall_seconds();
  const double cpu = cpu_seconds();
  for (int64_t epoch = 0; report.wall_s < options.seconds; ++epoch) {
    loader.start(epoch, 0, phase);
    const double before = report.wall_s;
    while (report.wall_s < options.seconds) {
      const auto batch = loader.next();
      if (!batch) {
        break;
      }
      count(*batch, report);
      report.wall_s = wall_seconds() - wall;
    }
    if (report.wall_s <= before) {
      throw DataError(options.store + ": an epoch of it has no batches");
    }
  }
  report.cpu_s = cpu_seconds() - cpu;
  const int64_t frame_bytes = (lips ? datasets::kLipsSide * datasets::kLipsSide : 0) +
                              (sound ? 2 * datasets::kSamplesPerFrame : 0);
  report.stored_mb = 1e-6 * static_cast<double>(report.frames * frame_bytes);
  return report;
}

std::string loader_bench_text(const LoaderBenchReport& report, const LoaderBenchOptions& options) {
  const auto row = [&](const char* name, double seconds) {
    return format_text(
        "%-18s %10.1f %10.0f %10.1f\n",
        name,
        static_cast<double>(report.clips) / seconds,
        static_cast<double>(report.frames) / seconds,
        report.stored_mb / seconds);
  };
  return format_text(
             "loader of %s (%s), %lld worker%s, batches of %lld frames at 88x88\n"
             "%lld batches, %lld clips in %.1f s, %.1f s of processor time\n\n"
             "                      clips/s   frames/s       MB/s\n",
             options.store.c_str(),
             report.packed ? "mapped shards" : "clips decoded each time",
             static_cast<long long>(options.workers),
             options.workers == 1 ? "" : "s",
             static_cast<long long>(options.frames),
             static_cast<long long>(report.batches),
             static_cast<long long>(report.clips),
             report.wall_s,
             report.cpu_s) +
         row("by the clock", report.wall_s) + row("a core", report.cpu_s);
}

std::string loader_bench_json(const LoaderBenchReport& report, const LoaderBenchOptions& options) {
  const nlohmann::ordered_json json = {
      {"store", options.store},
      {"packed", report.packed},
      {"workers", options.workers},
      {"batch_frames", options.frames},
      {"batches", report.batches},
      {"clips", report.clips},
      {"frames", report.frames},
      {"stored_mb", report.stored_mb},
      {"wall_s", report.wall_s},
      {"cpu_s", report.cpu_s}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sotto::experiments
