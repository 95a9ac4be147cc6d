#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <string>

#include "common/lengths.h"
#include "common/options.h"
#include "datasets/inputs.h"
#include "decoding/transformer_decoder.h"
#include "encoders/encoder.h"
#include "frontends/frontend.h"
#include "fusion/fusion.h"

namespace sotto::experiments {

/// One stream, lips or sound: front end, projection to the encoder's width, encoder.
struct StreamOptions : Options {
  explicit StreamOptions(bool lips = true) : lips_(lips) {}

  bool chosen() const { return frontend.chosen(); }
  void visit(OptionVisitor& v) override;
  void validate() const override;

  Component frontend;
  Component encoder;

 private:
  bool lips_;
};

/// The model section of a recipe; it goes into the model file as it is.
struct ModelOptions : Options {
  datasets::InputOptions input;
  StreamOptions video{true};
  StreamOptions audio{false};
  Component fusion;
  decoding::TransformerDecoderOptions decoder;
  double ctc_dropout = 0.1;
  bool stream_ctc = false;
  int64_t label_classes = 0;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// CTC's linear layer; key `ctc_lo`.
class CtcHead : public torch::nn::Module {
 public:
  CtcHead(int64_t D, int64_t V, double dropout_rate);
  /// (B, T, D) -> (B, T, V) logits
  at::Tensor forward(const at::Tensor& memory);

  torch::nn::Linear ctc_lo{nullptr};
  std::shared_ptr<Dropout> dropout;
};

/// Encoded streams of a batch, (B, T, D) each; undefined where the model or the input lacks one.
struct Streams {
  at::Tensor video;
  at::Tensor audio;
};

/// Audio-visual recogniser (Ma et al. 2021, arXiv:2102.06657, fig. 1): a front end and an encoder
/// a stream, fusion, CTC and a Transformer decoder on the fused memory. With one stream the memory
/// is that stream's.
///
/// Keys are those of auto_avsr's present checkpoints: `frontend`, `proj_encoder`, `encoder` for lips
/// and the same behind `aux_` for sound; then `fusion`, `ctc`, `decoder`. Training may add heads on
/// the single streams: `stream_ctc`, `aux_stream_ctc` and `labels`, `aux_labels`.
class AvsrModelImpl : public torch::nn::Module {
 public:
  /// @param V  size of the vocabulary: blank 0, sos = eos = V - 1.
  AvsrModelImpl(const ModelOptions& options, int64_t V);

  /// @param lips     (B, T, 1, S, S) normalised, or undefined
  /// @param wave     (B, 640 T, 1) normalised, or undefined
  Streams encode(const at::Tensor& lips, const at::Tensor& wave, const Lengths& lengths);

  /// Joins streams to the memory (B, T, D); see fusion::Fusion for `presence`.
  at::Tensor fuse(const Streams& streams, const at::Tensor& presence = {});

  bool has_video() const { return frontend != nullptr; }
  bool has_audio() const { return aux_frontend != nullptr; }
  const ModelOptions& options() const { return options_; }

  std::shared_ptr<frontends::Frontend> frontend;
  torch::nn::Linear proj_encoder{nullptr};
  std::shared_ptr<encoders::Encoder> encoder;
  std::shared_ptr<frontends::Frontend> aux_frontend;
  torch::nn::Linear aux_proj_encoder{nullptr};
  std::shared_ptr<encoders::Encoder> aux_encoder;
  std::shared_ptr<fusion::Fusion> fusion;
  decoding::TransformerDecoder decoder{nullptr};
  std::shared_ptr<CtcHead> ctc;
  std::shared_ptr<CtcHead> stream_ctc;
  std::shared_ptr<CtcHead> aux_stream_ctc;
  torch::nn::Linear labels{nullptr};
  torch::nn::Linear aux_labels{nullptr};

 private:
  ModelOptions options_;
};
TORCH_MODULE(AvsrModel);

}  // namespace sotto::experiments
