#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// What `sotto features` writes down.
struct FeaturesRequest {
  std::string model;                ///< a model file of any kind
  std::vector<std::string> inputs;  ///< clips, utterances of a store, raw input (raw_input.h)
  std::string out;                  ///< the safetensors file to write
  std::vector<std::string> stages;  ///< those wanted, by name; empty: all
  std::vector<int64_t> tokens;      ///< labels that the decoders read; empty: they do not run
  std::string language_model;       ///< reads the tokens too; empty: none
};

/// Runs a network on every input and writes the stages of its forward pass as `NAME/<stage>`, NAME
/// being a file's stem or a raw clip's own, under the stage names of the family that the model comes
/// from.
///
/// A recogniser gives its front ends, encoders' blocks, fusion, `encoder_out` (T, D), `ctc_logp`
/// (T, V) and, with tokens, `decoder_logits` and `decoder_step_logp` (U+1, V) after sos and each
/// label, `r_decoder_logits` for the labels read backwards, `lm_step_logp`. A language model reads
/// `x` (B, U) and `t` and gives its blocks, `log_probs`, `step_logp_row0`, `loss`, `nll`, `count`.
///
/// @throws ConfigError for a stage that there is not, naming those there are; DataError,
///         CheckpointError.
void write_features(const FeaturesRequest& request);

}  // namespace sotto::experiments
