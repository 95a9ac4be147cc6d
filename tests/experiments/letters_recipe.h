#pragma once

namespace sotto::tests {

/// A small language model of letters, without its texts.
inline constexpr const char* kLetters = R"(
kind: language_model
name: letters
about: for tests
domain: nothing
licence: none
seed: 3
data: {batch_tokens: 60}
language_model: {embedding: 8, dim: 16, heads: 2, layers: 1, feed_forward: 32,
                 positions: absolute, dropout: 0.05}
stages:
  - {name: train, epochs: 10, learning_rate: 0.02, warmup_epochs: 1}
)";

}  // namespace sotto::tests
