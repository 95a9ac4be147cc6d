#include "common/kernels/large_blocks.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include "common/compat.h"

namespace sotto {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLarge = kHugePage;

/// Blocks in use and free ones, by size.
class Blocks {
 public:
  void* take(size_t wanted) {
    const size_t size = rounded(wanted);
    const std::lock_guard<std::mutex> lock(mutex_);
    void* block = nullptr;
    const auto found = free_.find(size);
    if (found != free_.end()) {
      block = found->second.block;
      free_.erase(found);
      kept_ -= size;
    } else {
      drop_down_to(limit(size));
      block = map(size);
    }
    sizes_[block] = size;
    in_use_ += size;
    peak_ = std::max(peak_, in_use_);
    return block;
  }

  /// @return false if it is none of these
  bool give(void* block) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = sizes_.find(block);
    if (found == sizes_.end()) {
      return false;
    }
    const size_t size = found->second;
    sizes_.erase(found);
    in_use_ -= size;
    kept_ += size;
    free_.emplace(size, Free{block, ++clock_});
    drop_down_to(limit(0));
    return true;
  }

  void release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    drop_down_to(0);
  }

  LargeBlocks now() {
    const std::lock_guard<std::mutex> lock(mutex_);
    LargeBlocks now;
    now.in_use = static_cast<int64_t>(in_use_);
    now.kept = static_cast<int64_t>(kept_);
    now.peak = static_cast<int64_t>(peak_);
    return now;
  }

 private:
  struct Free {
    void* block;
    uint64_t since;
  };

  /// Up to an eighth of its power of two: batches that differ a little find each other's blocks.
  static size_t rounded(size_t bytes) {
    size_t step = kLarge / 8;
    while (step * 16 <= bytes) {
      step *= 2;
    }
    return (bytes + step - 1) / step * step;
  }

  /// What may be kept beside what is in use and `more`.
  size_t limit(size_t more) const {
    const size_t all = peak_ + peak_ / 2;
    return all > in_use_ + more ? all - in_use_ - more : 0;
  }

  /// Those first that have been free for longest.
  void drop_down_to(size_t bytes) {
    while (kept_ > bytes && !free_.empty()) {
      const auto oldest = std::min_element(free_.begin(), free_.end(), [](auto& a, auto& b) {
        return a.second.since < b.second.since;
      });
      munmap(oldest->second.block, oldest->first);
      kept_ -= oldest->first;
      free_.erase(oldest);
    }
  }

  static void* map(size_t size) {
    // Aligned to a huge page by cutting off both ends of more.
    void* more =
        mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK(
        more != MAP_FAILED,
        "out of memory: ",
        size >> 20,
        " MiB were asked for; take smaller batches");
    auto* begin = static_cast<char*>(more);
    const auto address = reinterpret_cast<uintptr_t>(begin);
    const size_t before = (kHugePage - address % kHugePage) % kHugePage;
    if (before > 0) {
      munmap(begin, before);
    }
    if (before < kHugePage) {
      munmap(begin + before + size, kHugePage - before);
    }
    madvise(begin + before, size, MADV_HUGEPAGE);  // a wish: without it pages are small
    return begin + before;
  }

  std::mutex mutex_;
  std::multimap<size_t, Free> free_;
  std::unordered_map<void*, size_t> sizes_;
  size_t in_use_ = 0;
  size_t kept_ = 0;
  size_t peak_ = 0;
  uint64_t clock_ = 0;
};

Blocks& blocks() {
  static auto* all = new Blocks;  // tensors of static lifetime are freed after everything else
  return *all;
}

/// Frees what this allocator gave, large or small: LibTorch's convolutions hand over the pointer
/// alone.
void give(void* memory) {
  const bool aligned = reinterpret_cast<uintptr_t>(memory) % kHugePage == 0;
  if (memory == nullptr || !aligned || !blocks().give(memory)) {
    c10::free_cpu(memory);
  }
}

/// LibTorch's own allocator but for large blocks.
class Allocator : public c10::Allocator {
 public:
#if SOTTO_TORCH_AT_LEAST(2, 3)
  c10::DataPtr allocate(size_t bytes) override {
#else
  c10::DataPtr allocate(size_t bytes) const override {
#endif
    if (bytes < kLarge) {
      return of(c10::alloc_cpu(bytes));
    }
    return of(blocks().take(bytes));
  }
  c10::DeleterFnPtr raw_deleter() const override {
    return &give;
  }
#if SOTTO_TORCH_AT_LEAST(2, 3)
  void copy_data(void* to, const void* from, size_t bytes) const override {
    std::memcpy(to, from, bytes);
  }
#endif

 private:
  static c10::DataPtr of(void* memory) {
    return {memory, memory, &give, c10::Device(c10::DeviceType::CPU)};
  }
};

}  // namespace

void keep_large_blocks() {
  static Allocator allocator;
  c10::SetCPUAllocator(&allocator, /*priority=*/1);
}

LargeBlocks LargeBlocks::now() {
  return blocks().now();
}

void LargeBlocks::release() {
  blocks().release();
}

}  // namespace sotto
