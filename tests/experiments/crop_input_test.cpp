// A network that reads another square of the face than the lips, from media as from a store.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/media_utterance.h"
#include "datasets/store.h"
#include "experiments/clip_windows.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

ModelCard face_card() {
  const Recipe recipe = tests::tiny_recipe(
      "none",
      {"model.input.crop=face:224:112",
       "model.input.colour=true",
       "model.input.window=96",
       "model.input.size=16"});
  ModelCard card;
  card.name = "face";
  card.model = recipe.model;
  return card;
}

TEST(CropInputTest, MediaAndItsPreparedCopyAreTheSameInput) {
  const ModelCard card = face_card();
  const std::string path = datasets::test_clip();
  ClipOptions options;
  ClipWindows windows(path, card, options, [](const std::string&) {});
  const auto window = windows.next();
  ASSERT_TRUE(window.has_value());
  EXPECT_EQ(window->modality.text(), "av");
  EXPECT_EQ(window->batch.lips.sizes(), (std::vector<int64_t>{1, 75, 3, 16, 16}));

  datasets::UtteranceOptions reading;  // as `sotto prepare --crop lower:64,face:224:112 --colour`
  reading.crops = datasets::crop_list({"lower:64", "face:224:112"}, true);
  const TemporaryFolder folder;
  tests::write_store(folder.path(), {datasets::read_media_utterance(path, reading)});
  const datasets::Store store(folder.path());
  const datasets::Batch stored = batch_of(store.load(store.manifest().front()), card.model.input);
  EXPECT_TRUE(stored.lips.equal(window->batch.lips));

  AvsrModel network(card.model, 30);
  tests::fill(*network, tests::golden_weight);
  network->eval();
  const at::NoGradGuard no_grad;
  const Encoded encoded = encode_batch(*network, window->batch, window->modality);
  EXPECT_EQ(encoded.memory.sizes(), (std::vector<int64_t>{1, 75, 16}));
}

TEST(CropInputTest, AStoreWithoutTheCropIsRefused) {
  try {
    batch_of(tests::clock_utterance("clock", 0, 5), face_card().model.input);
    FAIL() << "no error";
  } catch (const DataError& fault) {
    EXPECT_EQ(
        std::string(fault.what()),
        "clock: the network reads the crop face of 112x112 in colour, and here is lips of 96x96 in "
        "grey; `sotto prepare --crop face:224:112 --colour` makes it");
  }
}

TEST(CropInputTest, AModelWhoseWindowIsWiderThanItsCropIsRefused) {
  ModelCard card = face_card();
  card.model.input.window = 113;
  EXPECT_THROW(AvsrModel(card.model, 30), ConfigError);
}

}  // namespace
}  // namespace sotto::experiments
