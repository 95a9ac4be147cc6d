#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace sotto::tests {

/// `compute` gives several threads at once, to the bit, what it gives one alone.
inline void expect_same_on_threads(const std::function<at::Tensor()>& compute) {
  at::Tensor expected;
  std::thread([&] { expected = compute(); }).join();
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int repeat = 0; repeat < 3; ++repeat) {
        different += at::equal(compute(), expected) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(different, 0);
}

}  // namespace sotto::tests
