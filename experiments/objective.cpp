#include "experiments/objective.h"

#include <ATen/ATen.h>

#include <cmath>

#include "common/error.h"
#include "common/random.h"
#include "decoding/sentences.h"

namespace sotto::experiments {
namespace {

using datasets::Batch;

/// Labels of a batch in the forms that the two losses want, on the model's device.
struct Targets {
  at::Tensor flat;              ///< all labels, one after the other
  std::vector<int64_t> counts;  ///< labels a clip
  decoding::PaddedSentences forward;
  decoding::PaddedSentences backward;  ///< for the reversed decoder; undefined without
};

Targets targets_of(const Batch& batch, const AvsrModelImpl& model, c10::Device device) {
  const int64_t V = model.vocabulary_size();
  const auto padded = [&](const decoding::Sentences& sentences) {
    const auto host = decoding::pad_sentences(sentences, V);
    return decoding::PaddedSentences{host.input.to(device), host.next.to(device)};
  };
  Targets targets;
  std::vector<int64_t> flat;
  for (const auto& labels : batch.tokens) {
    flat.insert(flat.end(), labels.begin(), labels.end());
    targets.counts.push_back(static_cast<int64_t>(labels.size()));
  }
  targets.flat = at::tensor(flat, at::kLong).to(device);
  targets.forward = padded(batch.tokens);
  if (model.r_decoder) {
    targets.backward = padded(decoding::reversed(batch.tokens));
  }
  return targets;
}

/// The CTC losses of `copies` batches with the same labels, stacked in `logits`.
at::Tensor stacked_ctc_losses(
    const at::Tensor& logits,
    const Targets& targets,
    const std::vector<int64_t>& frames,
    int64_t copies) {
  std::vector<int64_t> all_frames;
  std::vector<int64_t> all_counts;
  for (int64_t i = 0; i < copies; ++i) {
    all_frames.insert(all_frames.end(), frames.begin(), frames.end());
    all_counts.insert(all_counts.end(), targets.counts.begin(), targets.counts.end());
  }
  return ctc_losses(logits, targets.flat.repeat({copies}), all_counts, all_frames);
}

/// (B) what each clip's summed loss is multiplied by before the sum over the batch.
at::Tensor clip_scales(const Targets& targets, bool by_length, int64_t extra, c10::Device device) {
  const auto B = static_cast<double>(targets.counts.size());
  std::vector<double> scales;
  for (const int64_t count : targets.counts) {
    scales.push_back(1.0 / (B * (by_length ? static_cast<double>(count + extra) : 1.0)));
  }
  for (double& scale : scales) {
    scale = std::isfinite(scale) ? scale : 0.0;  // a clip without labels
  }
  return at::tensor(scales, at::kFloat).to(device);
}

void require(bool there, const char* complaint) {
  if (!there) {
    throw ConfigError(complaint);
  }
}

/// Mean of the CTC losses between blocks over blocks and streams; undefined where there are none.
at::Tensor intermediate_loss(
    const Streams& streams,
    const Targets& targets,
    const std::vector<int64_t>& frames,
    const at::Tensor& clip_scale,
    const at::Tensor& audio_weight) {
  at::Tensor sum;
  const auto add = [&](const std::vector<at::Tensor>& blocks, const at::Tensor& clips) {
    for (const at::Tensor& logits : blocks) {
      const at::Tensor losses = stacked_ctc_losses(logits, targets, frames, 1);
      const at::Tensor one = (losses * clip_scale * clips).sum();
      sum = sum.defined() ? sum + one : one;
    }
  };
  add(streams.video_logits, at::ones_like(audio_weight));
  add(streams.audio_logits, audio_weight);
  const size_t count = streams.video_logits.size() + streams.audio_logits.size();
  return count == 0 ? sum : sum / static_cast<double>(count);
}

/// Mean cross entropy of labelled frames, clips weighted.
at::Tensor frame_loss(
    const at::Tensor& logits, const at::Tensor& classes, const at::Tensor& clip_weight) {
  const at::Tensor labelled = classes.ge(0);
  const at::Tensor weight = labelled.to(at::kFloat) * clip_weight.unsqueeze(1);
  const at::Tensor picked = at::log_softmax(logits, -1)
                                .gather(2, classes.clamp_min(0).unsqueeze(2))
                                .squeeze(2);
  return -(picked * weight).sum() / labelled.sum().clamp_min(1);
}

/// (B, 2) with whole streams dropped from some clips that have both.
at::Tensor drop_modalities(const at::Tensor& presence, const LossOptions& options, uint64_t seed) {
  if (options.audio_only <= 0 && options.video_only <= 0) {
    return presence;
  }
  Random random(seed);
  const at::Tensor kept = presence.to(at::kCPU).clone();
  auto values = kept.accessor<float, 2>();
  for (int64_t b = 0; b < kept.size(0); ++b) {
    const double draw = random.uniform();
    if (values[b][0] * values[b][1] == 0) {
      continue;
    }
    if (draw < options.audio_only) {
      values[b][0] = 0;
    } else if (draw < options.audio_only + options.video_only) {
      values[b][1] = 0;
    }
  }
  return kept.to(presence.device());
}

}  // namespace

void LossOptions::visit(OptionVisitor& visitor) {
  visitor.field("ctc_weight", ctc_weight, between(0, 1), "", "share of CTC; the rest is attention");
  visitor.field(
      "intermediate_ctc", intermediate_ctc, between(0, 1), "",
      "share of CTC that is between blocks, where the model has such");
  visitor.field(
      "reverse_weight", reverse_weight, between(0, 1), "",
      "share of attention that reads backwards, where the model has such a decoder");
  visitor.field("smoothing", smoothing, between(0, 0.9), "", "label smoothing of attention");
  visitor.field("by_length", by_length, "divide each clip's losses by its number of labels");
  visitor.field(
      "by_batch_again", by_batch_again, "divide the losses by the batch's clips a second time, as "
      "auto_avsr's code does");
  visitor.field(
      "padding_leaks", padding_leaks,
      "let convolutions see padding, as the published code does: for comparing numbers with it");
  visitor.field("av", av, at_least(0), "", "weight of the mode with both streams");
  visitor.field("a", a, at_least(0), "", "weight of the mode with sound alone");
  visitor.field("v", v, at_least(0), "", "weight of the mode with lips alone");
  visitor.field("stream_ctc", stream_ctc, at_least(0), "", "weight of CTC on each single stream");
  visitor.field(
      "frame_labels", frame_labels, at_least(0), "",
      "weight of the cross entropy of each frame's word on each single stream");
  visitor.field("audio_only", audio_only, between(0, 1), "", "share of clips whose lips are dropped");
  visitor.field("video_only", video_only, between(0, 1), "", "share of clips whose sound is dropped");
}

at::Tensor smoothed_divergence(
    const at::Tensor& logits, const at::Tensor& targets, double smoothing) {
  const double V = static_cast<double>(logits.size(2));
  const double rest = smoothing / (V - 1);
  const double entropy = (smoothing < 1 ? (1 - smoothing) * std::log(1 - smoothing) : 0.0) +
                         (smoothing > 0 ? smoothing * std::log(rest) : 0.0);
  const at::Tensor log_probabilities = at::log_softmax(logits, -1);
  const at::Tensor valid = targets.ge(0);
  const at::Tensor right =
      log_probabilities.gather(2, targets.clamp_min(0).unsqueeze(2)).squeeze(2);
  const at::Tensor all = log_probabilities.sum(-1);
  const at::Tensor divergence = entropy - (1 - smoothing - rest) * right - rest * all;
  return (divergence * valid.to(divergence.scalar_type())).sum(1);
}

at::Tensor ctc_losses(
    const at::Tensor& logits,
    const at::Tensor& labels,
    const std::vector<int64_t>& label_counts,
    const std::vector<int64_t>& frames) {
  const at::Tensor log_probabilities = at::log_softmax(logits, -1).transpose(0, 1);
  return at::ctc_loss(
      log_probabilities, labels, frames, label_counts, /*blank=*/0, at::Reduction::None,
      /*zero_infinity=*/true);
}

Objective::Objective(const LossOptions& options, bool use_video, bool use_audio)
    : options_(options), use_video_(use_video), use_audio_(use_audio) {}

Loss Objective::operator()(AvsrModelImpl& model, const Batch& batch, uint64_t seed) const {
  const Streams streams = model.encode(
      use_video_ ? batch.lips : at::Tensor(), use_audio_ ? batch.wave : at::Tensor(),
      options_.padding_leaks ? batch.lengths.leaky() : batch.lengths);
  const at::Tensor& any = streams.video.defined() ? streams.video : streams.audio;
  TORCH_CHECK(any.defined(), "Objective: the batch has none of the streams that the stage trains");
  const c10::Device device = any.device();
  const Targets targets = targets_of(batch, model, device);
  const at::Tensor ctc_scale = clip_scales(targets, options_.by_length, 0, device);
  const at::Tensor attention_scale = clip_scales(targets, options_.by_length, 1, device);
  const at::Tensor audio_weight = batch.audio_weight.to(device);
  const std::vector<int64_t>& frames = batch.lengths.frames();
  const auto ones = at::ones_like(audio_weight);

  Loss loss;
  loss.total = at::zeros({}, any.options());
  const auto add = [&loss](const std::string& name, double weight, const at::Tensor& value) {
    if (weight > 0) {
      loss.total = loss.total + weight * value;
    }
    loss.parts[name] = value.detach();
  };

  // Fused modes, stacked along the batch so that CTC and the decoder run once.
  std::vector<at::Tensor> memories;
  std::vector<at::Tensor> weights;
  const double sum = options_.av + options_.a + options_.v;
  const auto add_mode = [&](double weight, const at::Tensor& memory, const at::Tensor& clips) {
    memories.push_back(memory);
    weights.push_back(clips * (weight / sum));
  };
  if (options_.av > 0) {
    const at::Tensor presence =
        drop_modalities(batch.presence, options_, seed).to(device);
    add_mode(options_.av, model.fuse(streams, model.fusion ? presence : at::Tensor()), ones);
  }
  if (options_.a > 0 && streams.audio.defined()) {
    add_mode(options_.a, model.fuse({{}, streams.audio}), audio_weight);
  }
  if (options_.v > 0 && streams.video.defined()) {
    add_mode(options_.v, model.fuse({streams.video, {}}), ones);
  }
  if (!memories.empty()) {
    const auto copies = static_cast<int64_t>(memories.size());
    const at::Tensor memory = at::cat(memories, 0);
    const at::Tensor weight = at::cat(weights, 0);
    if (options_.ctc_weight > 0) {
      require(model.ctc != nullptr, "loss.ctc_weight: is above 0, but the model has no CTC head");
      const at::Tensor between = intermediate_loss(streams, targets, frames, ctc_scale, audio_weight);
      const double share = between.defined() ? options_.intermediate_ctc : 0.0;
      const at::Tensor losses =
          stacked_ctc_losses(model.ctc->forward(memory), targets, frames, copies);
      add("ctc", options_.ctc_weight * (1 - share),
          (losses * ctc_scale.repeat({copies}) * weight).sum());
      if (between.defined()) {
        add("ctc_between", options_.ctc_weight * share, between);
      }
    }
    if (options_.ctc_weight < 1) {
      require(model.decoder != nullptr, "loss.ctc_weight: is below 1, but the model has no decoder");
      const at::Tensor mask = batch.lengths.ragged()
                                  ? batch.lengths.valid_mask(device).repeat({copies, 1})
                                  : at::Tensor();
      const auto attention = [&](decoding::TransformerDecoderImpl& decoder,
                                 const decoding::PaddedSentences& sentences) {
        const at::Tensor logits =
            decoder.forward(memory, mask, sentences.input.repeat({copies, 1}));
        const at::Tensor losses = smoothed_divergence(
            logits, sentences.next.repeat({copies, 1}), options_.smoothing);
        return (losses * attention_scale.repeat({copies}) * weight).sum();
      };
      const double share = model.r_decoder ? options_.reverse_weight : 0.0;
      add("attention", (1 - options_.ctc_weight) * (1 - share),
          attention(*model.decoder, targets.forward));
      if (share > 0) {
        add("attention_reversed", (1 - options_.ctc_weight) * share,
            attention(*model.r_decoder, targets.backward));
      }
    }
  }

  const auto add_stream = [&](const std::string& name,
                              const at::Tensor& stream,
                              const std::shared_ptr<CtcHead>& head,
                              Linear& labels,
                              const at::Tensor& clips) {
    if (!stream.defined()) {
      return;
    }
    if (options_.stream_ctc > 0 && head) {
      const at::Tensor losses = stacked_ctc_losses(head->forward(stream), targets, frames, 1);
      add("ctc_" + name, options_.stream_ctc, (losses * ctc_scale * clips).sum());
    }
    if (options_.frame_labels > 0 && labels && batch.frame_classes.defined()) {
      add("frames_" + name, options_.frame_labels,
          frame_loss(labels->forward(stream), batch.frame_classes.to(device), clips));
    }
  };
  add_stream("video", streams.video, model.stream_ctc, model.labels, ones);
  add_stream("audio", streams.audio, model.aux_stream_ctc, model.aux_labels, audio_weight);
  loss.parts["total"] = loss.total.detach();
  if (options_.by_batch_again) {
    loss.total = loss.total / static_cast<double>(batch.tokens.size());
  }
  return loss;
}

}  // namespace sotto::experiments
