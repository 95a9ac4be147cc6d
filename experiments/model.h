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

/// One stream, lips or sound: front end, projection to the encoder's width, encoder. A front end
/// without an encoder is allowed: what word classifiers leave to start a training from.
struct StreamOptions : Options {
  explicit StreamOptions(bool lips = true) : lips_(lips) {}

  bool chosen() const { return frontend.chosen(); }
  void visit(OptionVisitor& v) override;
  void validate() const override;

  Component frontend;
  std::string projection = "linear";  ///< "linear_norm": a LayerNorm behind it; "none": equal widths
  Component encoder;

 private:
  bool lips_;
};

/// Intermediate CTC (Lee and Watanabe 2021, arXiv:2102.03216), with conditioning as in
/// self-conditioned CTC (Nozaki and Komatsu 2021, arXiv:2104.02724): the head also reads the outputs
/// of some blocks, and what it reads there is projected back into the stream.
struct IntermediateCtcOptions : Options {
  std::vector<int64_t> blocks;
  bool conditioning = false;

  void visit(OptionVisitor& v) override;
};

/// The model section of a recipe; it goes into the model file as it is.
struct ModelOptions : Options {
  datasets::InputOptions input;
  StreamOptions video{true};
  StreamOptions audio{false};
  Component fusion;
  decoding::TransformerDecoderOptions decoder;
  decoding::TransformerDecoderOptions reversed_decoder{0};
  bool ctc = true;
  double ctc_dropout = 0.1;
  IntermediateCtcOptions intermediate_ctc;
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

  Linear ctc_lo{nullptr};
  std::shared_ptr<Dropout> dropout;
};

/// Encoded streams of a batch, (B, T, D) each; undefined where the model or the input lacks one.
struct Streams {
  at::Tensor video;
  at::Tensor audio;
  std::vector<at::Tensor> video_logits = {};  ///< (B, T, V) of intermediate CTC, in order of blocks
  std::vector<at::Tensor> audio_logits = {};
  Lengths lengths = {};  ///< valid frames a clip; the default: all of them
};

/// Audio-visual recogniser (Ma et al. 2021, arXiv:2102.06657, fig. 1): a front end and an encoder
/// a stream, fusion, CTC and a Transformer decoder on the fused memory. With one stream the memory
/// is that stream's. A second decoder may read the labels backwards (`r_decoder`): for training, as
/// in CNVSRC 2024, or for rescoring, as in WeNet.
///
/// Keys are those of auto_avsr's present checkpoints: `frontend`, `proj_encoder`, `encoder` for lips
/// and the same behind `aux_` for sound; then `fusion`, `ctc`, `decoder`, `r_decoder`. A norm of the
/// projection is `proj_norm`, conditioning `conditioning_layer`. Training may add heads on the single
/// streams: `stream_ctc`, `aux_stream_ctc` and `labels`, `aux_labels`.
///
/// Every part notes its stages (common/stages.h) under its own key.
class AvsrModelImpl : public torch::nn::Module {
 public:
  /// @param V  size of the vocabulary: blank 0, sos = eos = V - 1.
  AvsrModelImpl(const ModelOptions& options, int64_t V);

  /// @param lips     (B, T, C, S, S) normalised, C = 3 in colour; or undefined
  /// @param wave     (B, 640 T, 1) normalised, or undefined
  Streams encode(const at::Tensor& lips, const at::Tensor& wave, const Lengths& lengths);

  /// Joins streams to the memory (B, T, D); see fusion::Fusion for `presence`.
  at::Tensor fuse(const Streams& streams, const at::Tensor& presence = {});

  bool has_video() const { return frontend != nullptr; }
  bool has_audio() const { return aux_frontend != nullptr; }
  const ModelOptions& options() const { return options_; }

  std::shared_ptr<frontends::Frontend> frontend;
  std::shared_ptr<encoders::Encoder> encoder;
  std::shared_ptr<frontends::Frontend> aux_frontend;
  std::shared_ptr<encoders::Encoder> aux_encoder;
  std::shared_ptr<fusion::Fusion> fusion;
  std::shared_ptr<decoding::TransformerDecoderImpl> decoder;    ///< null: none
  std::shared_ptr<decoding::TransformerDecoderImpl> r_decoder;  ///< null: none
  std::shared_ptr<CtcHead> ctc;                                 ///< null: none
  std::shared_ptr<CtcHead> stream_ctc;
  std::shared_ptr<CtcHead> aux_stream_ctc;
  Linear labels{nullptr};
  Linear aux_labels{nullptr};

  int64_t vocabulary_size() const { return V_; }

 private:
  /// What stands between a stream's front end and its encoder's output.
  struct StreamParts {
    std::string prefix;  ///< "" or "aux_"
    Linear projection{nullptr};
    LayerNorm projection_norm{nullptr};
    Linear conditioning{nullptr};
  };
  /// Makes the parts and returns the stream's width.
  int64_t make_stream(
      StreamParts& parts,
      const StreamOptions& options,
      const frontends::Frontend& frontend,
      std::shared_ptr<encoders::Encoder>& encoder);
  at::Tensor encode_stream(
      StreamParts& parts,
      frontends::Frontend& frontend,
      encoders::Encoder* encoder,
      const at::Tensor& input,
      const Lengths& lengths,
      std::vector<at::Tensor>& intermediate_logits);

  ModelOptions options_;
  int64_t V_;
  StreamParts video_parts_;
  StreamParts audio_parts_;
};
TORCH_MODULE(AvsrModel);

}  // namespace sotto::experiments
