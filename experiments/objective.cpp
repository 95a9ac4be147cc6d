#include "experiments/objective.h"

#include <ATen/ATen.h>

#include <cmath>

#include "common/autocast.h"
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

/// On a device, without waiting for what it still computes.
at::Tensor on(c10::Device device, const at::Tensor& x) {
  return x.to(device, /*non_blocking=*/true);
}

Targets targets_of(const Batch& batch, const AvsrModelImpl& model, c10::Device device) {
  const int64_t V = model.vocabulary_size();
  const auto padded = [&](const decoding::Sentences& sentences) {
    const auto host = decoding::pad_sentences(sentences, V);
    return decoding::PaddedSentences{on(device, host.input), on(device, host.next)};
  };
  Targets targets;
  std::vector<int64_t> flat;
  for (const auto& labels : batch.tokens) {
    flat.insert(flat.end(), labels.begin(), labels.end());
    targets.counts.push_back(static_cast<int64_t>(labels.size()));
  }
  targets.flat = on(device, at::tensor(flat, at::kLong));
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

/// (B) what each clip's summed loss is multiplied by before the sum over all clips of a step.
at::Tensor clip_scales(
    const Batch& batch, const Targets& targets, bool by_length, int64_t extra, c10::Device device) {
  const auto clips = static_cast<double>(batch.divisor());
  std::vector<double> scales;
  for (const int64_t count : targets.counts) {
    scales.push_back(1.0 / (clips * (by_length ? static_cast<double>(count + extra) : 1.0)));
  }
  for (double& scale : scales) {
    // A clip without labels, and one that only stands in.
    scale = std::isfinite(scale) && !batch.stand_in ? scale : 0.0;
  }
  return on(device, at::tensor(scales, at::kFloat));
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
    const at::Tensor& video_weight,
    const at::Tensor& audio_weight) {
  at::Tensor sum;
  const auto add = [&](const std::vector<at::Tensor>& blocks, const at::Tensor& clips) {
    for (const at::Tensor& logits : blocks) {
      const at::Tensor losses = stacked_ctc_losses(logits, targets, frames, 1);
      const at::Tensor one = (losses * clip_scale * clips).sum();
      sum = sum.defined() ? sum + one : one;
    }
  };
  add(streams.video_logits, video_weight);
  add(streams.audio_logits, audio_weight);
  const size_t count = streams.video_logits.size() + streams.audio_logits.size();
  return count == 0 ? sum : sum / static_cast<double>(count);
}

/// Mean cross entropy of each clip's labelled frames, summed with the clips' weights.
at::Tensor frame_loss(
    const at::Tensor& logits, const at::Tensor& classes, const at::Tensor& clip_weight) {
  const at::Tensor labelled = classes.ge(0).to(at::kFloat);
  const at::Tensor picked = at::log_softmax(as_float(logits), -1)
                                .gather(2, classes.clamp_min(0).unsqueeze(2))
                                .squeeze(2);
  const at::Tensor clips = (picked * labelled).sum(1) / labelled.sum(1).clamp_min(1);
  return -(clips * clip_weight).sum();
}

/// (B, 2) with whole streams dropped from some clips that have both.
/// @param seed  of the step: with a clip's name it says what is dropped, whoever computes the clip.
at::Tensor drop_modalities(const Batch& batch, const LossOptions& options, uint64_t seed) {
  const at::Tensor& presence = batch.presence;
  if (options.audio_only <= 0 && options.video_only <= 0) {
    return presence;
  }
  const at::Tensor kept = presence.to(at::kCPU).clone();
  auto values = kept.accessor<float, 2>();
  for (int64_t b = 0; b < kept.size(0); ++b) {
    const auto clip = static_cast<size_t>(b);
    const std::string name = clip < batch.ids.size() ? batch.ids[clip] : std::to_string(b);
    const double draw = Random(seed, 0, name).uniform();
    if (values[b][0] * values[b][1] == 0) {
      continue;
    }
    if (draw < options.audio_only) {
      values[b][0] = 0;
    } else if (draw < options.audio_only + options.video_only) {
      values[b][1] = 0;
    }
  }
  return kept;
}

/// The batch twice, one copy behind the other, for two draws of dropout.
Batch read_twice(const Batch& batch) {
  const auto tensor = [](const at::Tensor& x) { return x.defined() ? at::cat({x, x}) : x; };
  const auto list = [](const auto& x) {
    auto both = x;
    both.insert(both.end(), x.begin(), x.end());
    return both;
  };
  Batch both = batch;
  both.ids = list(batch.ids);
  both.texts = list(batch.texts);
  both.lips = tensor(batch.lips);
  both.wave = tensor(batch.wave);
  both.lengths = Lengths(list(batch.lengths.frames()), batch.lengths.padded());
  both.lengths = batch.lengths.leaks() ? both.lengths.leaky() : both.lengths;
  both.lengths = batch.lengths.counts() ? both.lengths : both.lengths.stand_in();
  both.presence = tensor(batch.presence);
  both.audio_weight = tensor(batch.audio_weight);
  both.tokens = list(batch.tokens);
  both.frame_classes = tensor(batch.frame_classes);
  both.clips_of_step = 2 * batch.clips_of_step;
  return both;
}

/// The divergence of both readings of a batch that was read twice, in `copies` modes.
/// @param logits  (copies * 2 B, U, V), as the modes are stacked
/// @param valid   (2 B, U) bool
/// @param scale   (2 B) of a clip's loss in one reading
/// @param weight  (copies * 2 B) of a mode
at::Tensor between_readings(
    const at::Tensor& logits,
    const at::Tensor& valid,
    const at::Tensor& scale,
    const at::Tensor& weight,
    int64_t copies) {
  const at::Tensor pairs = logits.unflatten(0, {copies, 2, -1});
  const auto first = [](const at::Tensor& x) { return x.narrow(0, 0, x.size(0) / 2); };
  const at::Tensor divergence = symmetric_divergence(
      pairs.select(1, 0).flatten(0, 1), pairs.select(1, 1).flatten(0, 1),
      first(valid).repeat({copies, 1}));
  const at::Tensor clips = weight.view({copies, 2, -1}).select(1, 0).flatten();
  return (divergence * clips * (2 * first(scale)).repeat({copies})).sum();
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
  visitor.field(
      "r_drop", r_drop, at_least(0), "",
      "weight of R-Drop beside attention's loss: batches are read twice and tokens' distributions pulled "
      "together; 0: read once. Liang et al. take 1 to 5");
  visitor.field(
      "r_drop_ctc", r_drop_ctc, at_least(0), "",
      "the same of CTC's distributions beside CTC's loss, summed over a clip's frames");
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
  const at::Tensor log_probabilities = at::log_softmax(as_float(logits), -1);
  const at::Tensor valid = targets.ge(0);
  const at::Tensor right =
      log_probabilities.gather(2, targets.clamp_min(0).unsqueeze(2)).squeeze(2);
  const at::Tensor all = log_probabilities.sum(-1);
  const at::Tensor divergence = entropy - (1 - smoothing - rest) * right - rest * all;
  return (divergence * valid.to(divergence.scalar_type())).sum(1);
}

at::Tensor symmetric_divergence(
    const at::Tensor& p, const at::Tensor& q, const at::Tensor& valid) {
  const at::Tensor log_p = at::log_softmax(as_float(p), -1);
  const at::Tensor log_q = at::log_softmax(as_float(q), -1);
  const at::Tensor positions = 0.5 * ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum(-1);
  return (positions * valid.to(positions.scalar_type())).sum(1);
}

at::Tensor ctc_losses(
    const at::Tensor& logits,
    const at::Tensor& labels,
    const std::vector<int64_t>& label_counts,
    const std::vector<int64_t>& frames) {
  const at::Tensor log_probabilities = at::log_softmax(as_float(logits), -1).transpose(0, 1);
  return at::ctc_loss(
      log_probabilities, labels, frames, label_counts, /*blank=*/0, at::Reduction::None,
      /*zero_infinity=*/true);
}

Objective::Objective(const LossOptions& options, bool use_video, bool use_audio)
    : options_(options), use_video_(use_video), use_audio_(use_audio) {
  // What a stage of one stream cannot train shares no weight with what it can.
  options_.a = use_audio ? options.a : 0;
  options_.v = use_video ? options.v : 0;
  if (!use_video || !use_audio) {
    options_.audio_only = 0;
    options_.video_only = 0;
  }
}

Loss Objective::operator()(AvsrModelImpl& model, const Batch& given, uint64_t seed) const {
  const bool twice = (options_.r_drop > 0 || options_.r_drop_ctc > 0) && model.is_training();
  const Batch both = twice ? read_twice(given) : Batch();
  const Batch& batch = twice ? both : given;
  const Streams streams = model.encode(
      use_video_ ? batch.lips : at::Tensor(), use_audio_ ? batch.wave : at::Tensor(),
      options_.padding_leaks ? batch.lengths.leaky() : batch.lengths);
  const at::Tensor& any = streams.video.defined() ? streams.video : streams.audio;
  TORCH_CHECK(any.defined(), "Objective: the batch has none of the streams that the stage trains");
  const c10::Device device = any.device();
  const Targets targets = targets_of(batch, model, device);
  const at::Tensor ctc_scale = clip_scales(batch, targets, options_.by_length, 0, device);
  const at::Tensor attention_scale = clip_scales(batch, targets, options_.by_length, 1, device);
  // (B) 0 where a clip lacks the stream: nothing is learnt from zeros.
  const at::Tensor presence = on(device, batch.presence);
  const at::Tensor video_weight = presence.select(1, 0);
  const at::Tensor audio_weight = on(device, batch.audio_weight) * presence.select(1, 1);
  const std::vector<int64_t>& frames = batch.lengths.frames();
  const double one_clip = batch.stand_in ? 0.0 : 1.0 / static_cast<double>(batch.divisor());

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
    const at::Tensor kept = on(device, drop_modalities(batch, options_, seed));
    // A clip that is heard alone counts as in mode a.
    const at::Tensor seen = streams.video.defined() ? kept.select(1, 0) : at::zeros_like(video_weight);
    const at::Tensor heard =
        streams.audio.defined() ? kept.select(1, 1) * audio_weight : at::zeros_like(seen);
    add_mode(
        options_.av, model.fuse(streams, model.fusion ? kept : at::Tensor()),
        seen + (1 - seen) * heard);
  }
  if (options_.a > 0 && streams.audio.defined()) {
    add_mode(options_.a, model.fuse({{}, streams.audio, {}, {}, streams.lengths}), audio_weight);
  }
  if (options_.v > 0 && streams.video.defined()) {
    add_mode(options_.v, model.fuse({streams.video, {}, {}, {}, streams.lengths}), video_weight);
  }
  if (!memories.empty()) {
    const auto copies = static_cast<int64_t>(memories.size());
    const at::Tensor memory = at::cat(memories, 0);
    const at::Tensor weight = at::cat(weights, 0);
    if (options_.ctc_weight > 0) {
      require(model.ctc != nullptr, "loss.ctc_weight: is above 0, but the model has no CTC head");
      const at::Tensor between =
          intermediate_loss(streams, targets, frames, ctc_scale, video_weight, audio_weight);
      const double share = between.defined() ? options_.intermediate_ctc : 0.0;
      const at::Tensor logits = model.ctc->forward(memory);
      const at::Tensor losses = stacked_ctc_losses(logits, targets, frames, copies);
      add("ctc", options_.ctc_weight * (1 - share),
          (losses * ctc_scale.repeat({copies}) * weight).sum());
      if (twice && options_.r_drop_ctc > 0) {
        add("r_drop_ctc", options_.ctc_weight * options_.r_drop_ctc,
            between_readings(
                logits, batch.lengths.valid_mask(device), ctc_scale, weight, copies));
      }
      if (between.defined()) {
        add("ctc_between", options_.ctc_weight * share, between);
      }
    }
    if (options_.ctc_weight < 1) {
      require(model.decoder != nullptr, "loss.ctc_weight: is below 1, but the model has no decoder");
      const at::Tensor mask = batch.lengths.ragged()
                                  ? batch.lengths.valid_mask(device).repeat({copies, 1})
                                  : at::Tensor();
      at::Tensor apart;  // readings of both decoders
      const auto attention = [&](decoding::TransformerDecoderImpl& decoder,
                                 const decoding::PaddedSentences& sentences, double share) {
        const at::Tensor logits =
            decoder.forward(memory, mask, sentences.input.repeat({copies, 1}));
        const at::Tensor losses = smoothed_divergence(
            logits, sentences.next.repeat({copies, 1}), options_.smoothing);
        if (twice && options_.r_drop > 0) {
          const at::Tensor one = share * between_readings(
              logits, sentences.next.ge(0), attention_scale, weight, copies);
          apart = apart.defined() ? apart + one : one;
        }
        return (losses * attention_scale.repeat({copies}) * weight).sum();
      };
      const double share = model.r_decoder ? options_.reverse_weight : 0.0;
      add("attention", (1 - options_.ctc_weight) * (1 - share),
          attention(*model.decoder, targets.forward, 1 - share));
      if (share > 0) {
        add("attention_reversed", (1 - options_.ctc_weight) * share,
            attention(*model.r_decoder, targets.backward, share));
      }
      if (apart.defined()) {
        add("r_drop", (1 - options_.ctc_weight) * options_.r_drop, apart);
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
          frame_loss(labels->forward(stream), on(device, batch.frame_classes), clips * one_clip));
    }
  };
  add_stream("video", streams.video, model.stream_ctc, model.labels, video_weight);
  add_stream("audio", streams.audio, model.aux_stream_ctc, model.aux_labels, audio_weight);
  loss.parts["total"] = loss.total.detach();
  if (options_.by_batch_again) {
    loss.total = loss.total / static_cast<double>(given.divisor());
  }
  return loss;
}

}  // namespace sotto::experiments
