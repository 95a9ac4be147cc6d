#include "experiments/loader_bench.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "datasets/shards/pack.h"
#include "tests/common/temporary_folder.h"
#include "tests/speech_store.h"

namespace sotto::experiments {
namespace {

TEST(LoaderBenchTest, CountsWhatClipsAndShardsGive) {
  const TemporaryFolder folder;
  tests::write_speech_store(folder / "store");
  datasets::PackOptions packing;
  packing.store = folder / "store";
  packing.out = folder / "packed";
  datasets::pack(packing);
  LoaderBenchOptions options;
  options.frames = 60;
  options.seconds = 0.05;
  for (const bool packed : {false, true}) {
    options.store = packed ? packing.out : packing.store;
#ifdef SOTTO_NO_MEDIA
    if (!packed) {
      continue;  // the store that was written is packed itself
    }
#endif
    const LoaderBenchReport report = bench_loader(options);
    EXPECT_EQ(report.packed, packed);
    EXPECT_GE(report.wall_s, 0.05);
    EXPECT_GT(report.cpu_s, 0);
    EXPECT_GE(report.clips, report.batches);
    // Two words of six frames, three pauses of three, and up to two frames more.
    EXPECT_GE(report.frames, 21 * report.clips);
    EXPECT_LE(report.frames, 23 * report.clips);
    EXPECT_NEAR(report.stored_mb, 1e-6 * static_cast<double>(report.frames * (9216 + 1280)), 1e-9);
    const std::string text = loader_bench_text(report, options);
    EXPECT_NE(text.find(packed ? "mapped shards" : "clips decoded"), std::string::npos) << text;
    const auto json = nlohmann::json::parse(loader_bench_json(report, options));
    EXPECT_EQ(json.at("clips"), report.clips);
  }
  options.store = folder / "nowhere";
  EXPECT_THROW(bench_loader(options), DataError);
}

}  // namespace
}  // namespace sotto::experiments
