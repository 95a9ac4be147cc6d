#include "decoding/top_k.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace sotto::decoding {
namespace {

TEST(TopKTest, AgreesWithAStableSort) {
  std::mt19937 engine(5);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<float> values(engine() % 50);
    for (float& value : values) {
      value = static_cast<float>(engine() % 10);  // with many ties
    }
    std::vector<int64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(
        order.begin(), order.end(), [&](int64_t a, int64_t b) { return values[a] > values[b]; });
    const int64_t k = engine() % 60;
    order.resize(std::min<size_t>(order.size(), k));
    EXPECT_EQ(top_k(values.data(), static_cast<int64_t>(values.size()), k), order);
  }
}

}  // namespace
}  // namespace sotto::decoding
