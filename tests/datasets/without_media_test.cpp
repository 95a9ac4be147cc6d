#include <string>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/media_utterance.h"
#include "datasets/store.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

TEST(WithoutMediaTest, WhatWouldBeDecodedIsRefusedByName) {
  EXPECT_EQ(
      message_of<DataError>([] { read_media_utterance("a/clip.mp4"); }),
      "a/clip.mp4: this sotto was built without media (SOTTO_MEDIA=OFF); it reads packed stores "
      "and "
      "raw input");
  EXPECT_EQ(message_of<DataError>([] { UtteranceReader("clip.mp4", {}); }), message_of<DataError>([] {
              MediaReader("clip.mp4");
            }));
}

TEST(WithoutMediaTest, AStoreOfClipFilesHasToBePacked) {
  const TemporaryFolder folder;
  const Utterance utterance = tests::clock_utterance("clip", 0, 2);
  write_file(folder / "manifest.jsonl", to_json_line(describe(utterance, "clips/clip.mkv")) + "\n");
  const Store store(folder.path());
  EXPECT_EQ(
      message_of<DataError>([&] { store.load(store.manifest()[0]); }),
      folder / "clips/clip.mkv" +
          ": this sotto was built without media (SOTTO_MEDIA=OFF); sotto pack, where sotto has "
          "media, makes shards that it reads");
}

TEST(WithoutMediaTest, APackedStoreIsRead) {
  const TemporaryFolder folder;
  const Utterance utterance = tests::clock_utterance("clip", 3, 5);
  tests::write_store(folder.path(), {utterance});
  const Store store(folder.path());
  ASSERT_EQ(store.manifest().size(), 1U);
  const Utterance read = store.load(store.manifest()[0]);
  EXPECT_EQ(read.crops.at("lips").pixels, utterance.crops.at("lips").pixels);
  EXPECT_EQ(read.wave, utterance.wave);
}

}  // namespace
}  // namespace sotto::datasets
