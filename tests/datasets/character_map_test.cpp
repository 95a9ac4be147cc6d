#include "datasets/text/character_map.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

/// A trie of 512 units with nothing in it but a root whose children are around unit 256.
std::vector<uint32_t> empty_trie() {
  std::vector<uint32_t> units(512, 0x80000000u);
  units[0] = 256u << 10;
  return units;
}

uint32_t unit(uint32_t label, uint32_t offset, bool leaf) {
  return offset << 10 | (leaf ? 0x100u : 0u) | label;
}

std::string map_of(const std::vector<uint32_t>& units, const std::string& replacements) {
  std::string bytes;
  const auto put = [&](uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>(value >> shift);
    }
  };
  put(static_cast<uint32_t>(units.size() * 4));
  for (const uint32_t one : units) {
    put(one);
  }
  return bytes + replacements;
}

const std::string kReplacements("b\0", 2);

/// The rule a -> the replacement at `value`: unit 353 (256 ^ 'a') leads to base 256 ^ 128.
std::vector<uint32_t> one_rule(uint32_t value) {
  std::vector<uint32_t> units = empty_trie();
  units[256 ^ 'a'] = unit('a', (256 ^ 'a') ^ 384, true);
  units[384] = 0x80000000u | value;
  return units;
}

TEST(CharacterMapTest, TakesASoundTrie) {
  EXPECT_TRUE(is_sound_character_map(map_of(empty_trie(), kReplacements)));
  EXPECT_TRUE(is_sound_character_map(map_of(one_rule(0), kReplacements)));
}

TEST(CharacterMapTest, RefusesWhatLeadsOutside) {
  EXPECT_FALSE(is_sound_character_map(map_of(one_rule(2), kReplacements)));
  std::vector<uint32_t> units = one_rule(0);
  units[256 ^ 'a'] = unit('a', 1024, true);
  EXPECT_FALSE(is_sound_character_map(map_of(units, kReplacements)));
  units = empty_trie();
  units[0] = 512u << 10;
  EXPECT_FALSE(is_sound_character_map(map_of(units, kReplacements)));
  units.resize(511);
  units[0] = 256u << 10;
  EXPECT_FALSE(is_sound_character_map(map_of(units, kReplacements)));
}

TEST(CharacterMapTest, RefusesACircleAndAWayPastTooManyLeaves) {
  std::vector<uint32_t> units = empty_trie();
  units[256 ^ 'a'] = unit('a', 'a', false);  // back to base 256
  EXPECT_FALSE(is_sound_character_map(map_of(units, kReplacements)));
  // a, aa, aaa and so on, each a rule: bases 256, 257 and so on hold their leaf and the next 'a'.
  for (const uint32_t rules : {32u, 33u}) {
    units = empty_trie();
    for (uint32_t i = 0; i < rules; ++i) {
      const uint32_t index = (256 + i) ^ 'a';
      units[index] = unit('a', index ^ (256 + i + 1), true);
    }
    EXPECT_EQ(is_sound_character_map(map_of(units, kReplacements)), rules == 32);
  }
}

TEST(CharacterMapTest, RefusesBrokenSizes) {
  const std::string sound = map_of(one_rule(0), kReplacements);
  for (size_t size = 0; size < sound.size(); ++size) {
    EXPECT_FALSE(is_sound_character_map(sound.substr(0, size))) << size;
  }
  std::string open = sound;
  open.back() = 'c';
  EXPECT_FALSE(is_sound_character_map(open));
  EXPECT_FALSE(is_sound_character_map(map_of({}, kReplacements)));
}

}  // namespace
}  // namespace sotto::datasets
