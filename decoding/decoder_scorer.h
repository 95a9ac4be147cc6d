#pragma once

#include <memory>

#include "decoding/scorer.h"

namespace sotto::decoding {

class TransformerDecoderImpl;

/// The attention decoder as a scorer: one step a token, over cached keys and values.
class DecoderScorer : public Scorer {
 public:
  explicit DecoderScorer(std::shared_ptr<TransformerDecoderImpl> decoder);
  ~DecoderScorer() override;

  void start(const std::vector<SearchInput>& clips) override;
  at::Tensor score(const Prefixes& prefixes) override;
  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) override;

 private:
  struct State;
  std::shared_ptr<TransformerDecoderImpl> decoder_;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::decoding
