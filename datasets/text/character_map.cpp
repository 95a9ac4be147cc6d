#include "datasets/text/character_map.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sotto::datasets {
namespace {

constexpr uint32_t kLabels = 256;
constexpr int kMostLeaves = 32;
constexpr int8_t kNew = -2;
constexpr int8_t kOpen = -1;  // a node whose children are being looked at

uint32_t little_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return value;
}

// A unit: with bit 31 a leaf's value, else bits 0 to 7 are the label, bit 8 says that there is a
// leaf, bits 10 to 30 are the offset of the children, in steps of 256 if bit 9 is set.
uint32_t label_of(uint32_t unit) {
  return unit & 0x800000FFu;
}
bool has_leaf(uint32_t unit) {
  return (unit >> 8 & 1) != 0;
}
uint32_t offset_of(uint32_t unit) {
  return (unit >> 10) << ((unit & 0x200u) >> 6);
}

/// Goes depth first to all that a text can reach. Branches may share their ends: a node is looked
/// at once, and one that is met again while it is open closes a circle.
class TrieWalk {
 public:
  TrieWalk(std::string_view trie, size_t replacement_bytes)
      : replacement_bytes_(replacement_bytes), leaves_(trie.size() / 2, kNew) {
    units_.reserve(trie.size() / 4);
    for (size_t at = 0; at < trie.size(); at += 4) {
      units_.push_back(little_endian(trie, at));
    }
  }

  bool is_sound() {
    if (!enter(0, units_[0])) {
      return false;
    }
    while (!path_.empty() && sound_) {
      Node& node = path_.back();
      if (node.next_label == kLabels) {
        leave();
        continue;
      }
      const uint32_t label = node.next_label++;
      const uint32_t child = units_[node.base ^ label];
      if (label_of(child) == label && !enter(node.base ^ label, child)) {
        return false;
      }
    }
    return sound_;
  }

 private:
  struct Node {
    uint32_t base;  ///< a child of label l is the unit base ^ l
    bool leaf;
    uint32_t next_label;
    int leaves;  ///< most leaves on a way down from here, without its own
  };

  int8_t& leaves(uint32_t base, bool leaf) { return leaves_[size_t{base} * 2 + (leaf ? 1 : 0)]; }

  bool enter(uint32_t index, uint32_t unit_here) {
    const uint32_t base = index ^ offset_of(unit_here);
    const bool leaf = index != 0 && has_leaf(unit_here);
    if ((base | (kLabels - 1)) >= units_.size() ||
        (leaf && (units_[base] & 0x7FFFFFFFu) >= replacement_bytes_)) {
      return false;
    }
    int8_t& known = leaves(base, leaf);
    if (known == kNew) {
      known = kOpen;
      path_.push_back({base, leaf, 0, 0});
      return true;
    }
    return known != kOpen && count(known);
  }

  void leave() {
    const Node node = path_.back();
    path_.pop_back();
    const int total = node.leaves + (node.leaf ? 1 : 0);
    sound_ = count(total);
    leaves(node.base, node.leaf) = static_cast<int8_t>(std::min(total, kMostLeaves));
  }

  /// Adds what lies below a child to the node it hangs on.
  bool count(int below) {
    if (!path_.empty()) {
      path_.back().leaves = std::max(path_.back().leaves, below);
    }
    return below <= kMostLeaves;
  }

  std::vector<uint32_t> units_;
  size_t replacement_bytes_;
  std::vector<Node> path_;
  std::vector<int8_t> leaves_;  ///< of each base, without and with a leaf of its own
  bool sound_ = true;
};

}  // namespace

bool is_sound_character_map(std::string_view bytes) {
  if (bytes.size() <= 4) {
    return false;
  }
  const uint32_t size = little_endian(bytes, 0);
  bytes.remove_prefix(4);
  if (size < 4 || size % 4 != 0 || size >= bytes.size() || bytes.back() != 0) {
    return false;
  }
  return TrieWalk(bytes.substr(0, size), bytes.size() - size).is_sound();
}

}  // namespace sotto::datasets
