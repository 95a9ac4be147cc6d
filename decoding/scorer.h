#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sotto::decoding {

/// What the networks know about one clip.
struct SearchInput {
  at::Tensor memory;    ///< (1,T,D) encoder output, for decoders; may be undefined for CTC alone
  at::Tensor emission;  ///< (T,V) log-probabilities of the CTC head; undefined without CTC
};

/// The running hypotheses of a search over one or more clips, clip by clip, each sos and labels; all
/// of one length.
using Prefixes = std::vector<std::vector<int64_t>>;

/// The last token of each: (n) int64, on `device`.
at::Tensor newest_tokens(const Prefixes& prefixes, at::Device device);

/// A source of scores for every token of the vocabulary after each running hypothesis: a decoder,
/// a language model, a length bonus. It keeps the state of the running hypotheses.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// Starts a search over some clips: the running hypotheses are one [sos] a clip.
  virtual void start(const std::vector<SearchInput>& clips) = 0;
  /// @return (n,V) natural log-probabilities, a row a prefix. Called once between two `select`s.
  virtual at::Tensor score(const Prefixes& prefixes) = 0;
  /// Running hypothesis i becomes the former parents[i] with one more token, tokens[i], and is of
  /// that one's clip. There may be none left of a clip.
  virtual void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) = 0;
  /// No token ever scores more. Log-probabilities: 0.
  virtual double largest_score() const { return 0; }
};

/// A scorer of a search, under the name that its sums are reported by.
struct WeightedScorer {
  std::string name;
  double weight = 0;
  std::shared_ptr<Scorer> scorer;
};

}  // namespace sotto::decoding
