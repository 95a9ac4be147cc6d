#include "common/random.h"

namespace sotto {
namespace {

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

uint64_t name_hash(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const unsigned char byte : name) {
    hash = (hash ^ byte) * 0x100000001b3ULL;
  }
  return hash;
}

Random::Random(uint64_t seed, uint64_t epoch, std::string_view name)
    : state_(mix(seed + 0x9E3779B97F4A7C15ULL) ^ mix(epoch * 0xD1B54A32D192ED03ULL + 1) ^
             mix(name_hash(name))) {}

uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  return mix(state_);
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

int64_t Random::below(int64_t count) {
  return static_cast<int64_t>(uniform() * static_cast<double>(count));
}

}  // namespace sotto
