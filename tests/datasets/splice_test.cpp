#include "datasets/splice.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets {
namespace {

using tests::clock_utterance;

class SplicerTest : public testing::Test {
 protected:
  SplicerTest() {
    Utterance stranger = clock_utterance("d", 150, 20, {{"set", 0.1, 0.3}, {"white", 0.4, 0.6}});
    stranger.talker = "another";
    tests::write_store(
        folder_.path(),
        {clock_utterance("a", 0, 20, {{"set", 0.0, 0.2}, {"white", 0.2, 0.4}, {"now", 0.4, 0.6}}),
         clock_utterance("b", 50, 20, {{"lay", 0.1, 0.3}, {"white", 0.3, 0.5}, {"soon", 0.5, 0.7}}),
         clock_utterance("c", 100, 20, {{"bin", 0.1, 0.3}}),
         stranger});
    store_ = std::make_shared<const Store>(folder_.path());
    for (const ManifestEntry& entry : store_->manifest()) {
      entries_.push_back(&entry);
    }
  }

  Splicer splicer() const { return {std::make_shared<ClipCache>(store_, 10), entries_}; }

  TemporaryFolder folder_;
  std::shared_ptr<const Store> store_;
  std::vector<const ManifestEntry*> entries_;
};

TEST_F(SplicerTest, GoesOnBehindTheSameWordOfTheSameTalker) {
  const Splicer joiner = splicer();
  Random random(1);
  std::set<std::string> texts;
  for (int i = 0; i < 60; ++i) {
    const Utterance joined = joiner.join(0, 1.0, random);
    texts.insert(joined.text);
    EXPECT_EQ(joined.id, "a");
    const Crop& lips = joined.crops.at("lips");
    EXPECT_EQ(joined.wave.size(), static_cast<size_t>(lips.frames * kSamplesPerFrame));
    if (joined.text == "set white soon") {
      // "a" up to the end of "white" (0.4 s), then "b" from there (0.5 s: frame 12.5, rounded up).
      EXPECT_EQ(lips.frames, 10 + 20 - 13);
      EXPECT_EQ(lips.pixels[static_cast<size_t>(9 * lips.frame_bytes())], 9);
      EXPECT_EQ(lips.pixels[static_cast<size_t>(10 * lips.frame_bytes())], 50 + 13);
      EXPECT_EQ(joined.words.back().word, "soon");
      EXPECT_NEAR(joined.words.back().end_s, 0.7 - 13 * 0.04 + 0.4, 1e-9);
    }
  }
  EXPECT_EQ(texts, (std::set<std::string>{"set white now", "set white soon"}));
}

TEST(SplicerOfMixedClipsTest, JoinsClipsWithTheSameStreams) {
  const std::vector<WordTime> words = {{"set", 0.0, 0.2}, {"white", 0.2, 0.4}, {"now", 0.4, 0.6}};
  const std::vector<WordTime> others = {{"lay", 0.0, 0.2}, {"white", 0.2, 0.4}, {"soon", 0.4, 0.6}};
  const TemporaryFolder folder;
  tests::write_store(
      folder.path(),
      {clock_utterance("a", 0, 20, words),
       tests::without_lips(clock_utterance("b", 50, 20, others)),
       tests::without_sound(clock_utterance("c", 100, 20, others)),
       clock_utterance("d", 150, 20, others)});
  const auto store = std::make_shared<const Store>(folder.path());
  std::vector<const ManifestEntry*> entries;
  for (const ManifestEntry& entry : store->manifest()) {
    entries.push_back(&entry);
  }
  const Splicer joiner(std::make_shared<ClipCache>(store, 10), entries);
  Random random(1);
  std::set<std::string> texts;
  for (int i = 0; i < 60; ++i) {
    const Utterance joined = joiner.join(0, 1.0, random);
    texts.insert(joined.text);
    const Crop& lips = joined.crops.at("lips");
    EXPECT_EQ(joined.wave.size(), static_cast<size_t>(lips.frames * kSamplesPerFrame));
    const auto last = lips.pixels[static_cast<size_t>((lips.frames - 1) * lips.frame_bytes())];
    EXPECT_EQ(last, joined.text == "set white now" ? 19 : 169);
    EXPECT_EQ(joiner.join(1, 1.0, random).text, "lay white soon");
  }
  EXPECT_EQ(texts, (std::set<std::string>{"set white now", "set white soon"}));
}

TEST_F(SplicerTest, WithoutAChangeTheClipIsItself) {
  const Splicer joiner = splicer();
  Random random(2);
  for (const size_t member : {0U, 2U, 3U}) {
    const Utterance whole = store_->load(*entries_[member]);
    const Utterance joined = joiner.join(member, 0.0, random);
    EXPECT_EQ(joined.text, whole.text);
    EXPECT_EQ(joined.wave, whole.wave);
    EXPECT_EQ(joined.crops.at("lips").pixels, whole.crops.at("lips").pixels);
    EXPECT_EQ(joined.words.size(), whole.words.size());
  }
}

}  // namespace
}  // namespace sotto::datasets
