#include "datasets/labels.h"

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

ManifestEntry entry_of(const std::vector<std::string>& words) {
  ManifestEntry entry;
  for (size_t i = 0; i < words.size(); ++i) {
    entry.words.push_back(
        {words[i], 0.2 * static_cast<double>(i), 0.2 * static_cast<double>(i + 1)});
  }
  return entry;
}

TEST(WordLabelsTest, ClassesOfTheMostFrequentWords) {
  const ManifestEntry one = entry_of({"set", "red", "now"});
  const ManifestEntry two = entry_of({"lay", "red", "now"});
  const WordLabels labels({&one, &two}, 3);  // red and now twice; lay comes before set
  EXPECT_EQ(labels.classes(), 4);
  EXPECT_EQ(labels.words(), (std::vector<std::string>{"lay", "now", "red"}));
  const std::vector<WordTime> words = {
      {"lay", 0, 0.04}, {"now", 0.04, 0.08}, {"red", 0.08, 0.12}, {"set", 0.12, 0.16}};
  EXPECT_EQ(labels.frame_classes(words, 5), (std::vector<int64_t>{1, 2, 3, -1, 0}));
}

TEST(WordLabelsTest, AFrameIsWhatItsMiddleIs) {
  const ManifestEntry one = entry_of({"set"});
  const WordLabels labels({&one}, 10);
  EXPECT_EQ(labels.frame_classes({{"set", 0.02, 0.1}}, 4), (std::vector<int64_t>{1, 1, 0, 0}));
  EXPECT_EQ(labels.frame_classes({{"set", 0.021, 0.101}}, 4), (std::vector<int64_t>{0, 1, 1, 0}));
}

TEST(WordLabelsTest, WithoutTimesNothingIsKnown) {
  const ManifestEntry none;
  EXPECT_EQ(WordLabels({&none}, 10).classes(), 0);
  const ManifestEntry one = entry_of({"set"});
  EXPECT_EQ(WordLabels({&one}, 10).frame_classes({}, 3), (std::vector<int64_t>{-1, -1, -1}));
  EXPECT_EQ(WordLabels({&one}, 0).classes(), 0);
}

}  // namespace
}  // namespace sotto::datasets
