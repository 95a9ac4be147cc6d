#include "common/kernels/recent.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(RecentTest, TheLastOnesAreKept) {
  Recent<int, std::string> recent(2);
  std::vector<int> made;
  const auto get = [&](int key) {
    return recent.get(key, [&] {
      made.push_back(key);
      return std::to_string(key);
    });
  };
  const auto one = get(1);
  EXPECT_EQ(*one, "1");
  EXPECT_EQ(get(1), one);
  get(2);
  get(1);  // 2 is now the older one
  get(3);
  get(1);
  EXPECT_EQ(made, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(*get(2), "2");
  EXPECT_EQ(made.size(), 4U);
  get(4);
  EXPECT_EQ(*one, "1");  // gone from there, not from here
}

TEST(RecentTest, ManyThreadsMayAsk) {
  Recent<int, int> recent(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&recent, t] {
      for (int i = 0; i < 2000; ++i) {
        const int key = (i * (t + 1)) % 7;
        EXPECT_EQ(*recent.get(key, [key] { return 10 * key; }), 10 * key);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace sotto
