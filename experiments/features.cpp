#include "experiments/features.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "common/error.h"
#include "common/stages.h"
#include "datasets/media_utterance.h"
#include "decoding/sentences.h"
#include "experiments/peers/family.h"
#include "experiments/raw_input.h"
#include "experiments/recogniser.h"
#include "experiments/transcriber.h"

namespace sotto::experiments {
namespace {

/// The stages that were asked for, by their full names.
class Written {
 public:
  explicit Written(const FeaturesRequest& request) : request_(request) {}

  void add(const std::string& clip, const std::string& stage, const at::Tensor& value) {
    seen_.insert(stage);
    const auto& wanted = request_.stages;
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), stage) != wanted.end()) {
      tensors_[clip.empty() ? stage : clip + "/" + stage] = value.contiguous();
    }
  }

  void write() const {
    for (const std::string& stage : request_.stages) {
      if (seen_.count(stage) == 0) {
        std::string names;
        for (const std::string& name : seen_) {
          names += (names.empty() ? "" : ", ") + name;
        }
        throw ConfigError("--stage " + stage + ": there is no such stage; there are " + names);
      }
    }
    write_tensors(request_.out, tensors_, {});
  }

 private:
  const FeaturesRequest& request_;
  std::set<std::string> seen_;
  TensorMap tensors_;
};

/// A media file or an utterance of a store as the network's input.
RawClip media_clip(const std::string& path, const ModelCard& card) {
  datasets::UtteranceOptions reading;
  reading.video = card.model.video.chosen();
  reading.audio = card.model.audio.chosen();
  reading.crops = card.model.input.crops();
  RawClip clip;
  clip.name = std::filesystem::path(path).stem().string();
  clip.batch = batch_of(datasets::read_media_utterance(path, reading), card.model.input);
  clip.lips = clip.batch.lips.defined();
  clip.sound = clip.batch.wave.defined();
  return clip;
}

/// log p of the next token after sos and after each further token, one cached step at a time.
template <class Step>
at::Tensor stepwise(const std::vector<int64_t>& prefix, const Step& step) {
  std::vector<at::Tensor> rows;
  for (const int64_t token : prefix) {
    rows.push_back(step(at::tensor({token}, at::kLong)));
  }
  return at::cat(rows);
}

class RecogniserStages {
 public:
  RecogniserStages(const FeaturesRequest& request, Written& written)
      : request_(request),
        written_(written),
        model_(read_model(request.model)),
        family_(family_named(model_.card.family, !model_.card.model.video.chosen())) {
    for (const int64_t token : request.tokens) {
      if (token < 0 || token >= model_.network->vocabulary_size()) {
        throw ConfigError(
            "--tokens " + std::to_string(token) + ": expected ids from 0 to " +
            std::to_string(model_.network->vocabulary_size() - 1));
      }
    }
    if (!request.language_model.empty()) {
      language_model_ = load_language_model(request.language_model, model_.card)->network;
      if (!language_model_) {
        throw ConfigError(request.language_model + ": n-grams have no stages; give a network as --lm");
      }
    }
  }

  void run() {
    for (const std::string& input : request_.inputs) {
      if (is_safetensors(input)) {
        for (const RawClip& clip : read_raw_clips(input, model_)) {
          run_clip(clip, input);
        }
      } else {
        run_clip(media_clip(input, model_.card), input);
      }
    }
  }

 private:
  void run_clip(const RawClip& clip, const std::string& path) {
    if (!clip.lips && !clip.sound) {
      throw DataError(path + ": " + clip.name + ": it has nothing that the model takes");
    }
    const bool features = model_.card.model.video.frontend.type == "features";
    const StageRecorder recorder;
    const Encoded encoded =
        encode_batch(*model_.network, clip.batch, Modality{clip.sound, clip.lips});
    const auto single = [&](const at::Tensor& x) { return features ? x : x.squeeze(0); };
    note_stage("encoder_out", single(encoded.memory));
    if (encoded.emission.defined()) {
      note_stage("ctc_logp", single(encoded.emission));
    }
    if (features) {
      run_feature_batch(clip, encoded);
    }
    if (!request_.tokens.empty()) {
      run_decoders(encoded);
    }
    for (const auto& [stage, value] : recorder.stages()) {
      written_.add(clip.name, family_.stage(stage), value);
    }
  }

  /// What the published code of feature-fed encoders gives for a whole batch.
  void run_feature_batch(const RawClip& clip, const Encoded& encoded) {
    const Lengths& lengths = encoded.lengths;
    const at::Tensor mask = lengths.valid_mask(at::kCPU);
    if (family_.name == "espnet") {
      note_stage("out_lens", mask.unsqueeze(1));
      const int64_t T = lengths.frames().front();
      datasets::Batch first;
      first.lips = clip.batch.lips.narrow(0, 0, 1).narrow(1, 0, T);
      first.lengths = Lengths::full(1, T);
      const StageRecorder aside;
      written_.add(
          clip.name, "out_single0",
          encode_batch(*model_.network, first, Modality{false, true}).memory);
      return;
    }
    note_stage("encoder_mask", mask.unsqueeze(1));
    if (const auto sentences = sentences_of(clip, "targets", "target_lens", 0)) {
      note_reading("decoder", "r_decoder", encoded.memory, mask, *sentences);
    }
    if (const auto sentences = sentences_of(clip, "rescore_hyps_in", "rescore_hyps_len", 1)) {
      const at::Tensor memory =
          encoded.memory.narrow(0, 0, 1).narrow(1, 0, lengths.frames().front());
      note_reading(
          "rescore_left_logp", "rescore_right_logp",
          memory.expand({static_cast<int64_t>(sentences->size()), -1, -1}), {}, *sentences);
    }
  }

  using Sentences = decoding::Sentences;

  /// Labels that lie beside a clip's features, if they are of this model's vocabulary.
  /// @param skipped  tokens before the first label in each row
  std::optional<Sentences> sentences_of(
      const RawClip& clip, const char* rows_name, const char* lengths_name, int64_t skipped) const {
    const auto rows = clip.others.find(rows_name);
    const auto lengths = clip.others.find(lengths_name);
    if (!model_.network->decoder || rows == clip.others.end() || lengths == clip.others.end() ||
        rows->second.dim() != 2 || rows->second.scalar_type() != at::kLong ||
        lengths->second.numel() != rows->second.size(0)) {
      return std::nullopt;
    }
    Sentences sentences;
    const at::Tensor counts = lengths->second.to(at::kLong).flatten();
    for (int64_t b = 0; b < rows->second.size(0); ++b) {
      const int64_t count = counts[b].item<int64_t>() - skipped;
      if (count < 0 || count + skipped > rows->second.size(1)) {
        return std::nullopt;
      }
      const at::Tensor row = rows->second[b].narrow(0, skipped, count).contiguous();
      sentences.emplace_back(row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + count);
      for (const int64_t label : sentences.back()) {
        if (label < 0 || label >= model_.network->vocabulary_size()) {
          return std::nullopt;
        }
      }
    }
    return sentences;
  }

  /// What the decoders make of sentences; log-probabilities where the name says so.
  void note_reading(
      const char* left,
      const char* right,
      const at::Tensor& memory,
      const at::Tensor& memory_mask,
      const Sentences& sentences) {
    const auto read = [&](const char* name, decoding::TransformerDecoderImpl* decoder,
                          const Sentences& labels) {
      if (decoder == nullptr) {
        return;
      }
      at::Tensor out;
      {
        const StageRecorder aside;  // its layers are not asked for here
        const auto padded = decoding::pad_sentences(labels, model_.network->vocabulary_size());
        out = decoder->forward(memory, memory_mask, padded.input, padded.next.ge(0));
      }
      const bool logp = std::string(name).find("logp") != std::string::npos;
      note_stage(name, logp ? at::log_softmax(out, -1) : out);
    };
    read(left, model_.network->decoder.get(), sentences);
    read(right, model_.network->r_decoder.get(), decoding::reversed(sentences));
  }

  void run_decoders(const Encoded& encoded) {
    const int64_t sos = model_.network->vocabulary_size() - 1;
    std::vector<int64_t> prefix = {sos};
    prefix.insert(prefix.end(), request_.tokens.begin(), request_.tokens.end());
    const at::Tensor memory =
        encoded.memory.narrow(0, 0, 1).narrow(1, 0, encoded.lengths.frames().front());
    const auto row = [](const std::vector<int64_t>& tokens) {
      return at::tensor(tokens, at::kLong).unsqueeze(0);
    };
    if (model_.network->decoder) {
      auto& decoder = *model_.network->decoder;
      at::Tensor logits;
      {
        const StageScope scope("decoder");
        logits = decoder.forward(memory, {}, row(prefix));
      }
      note_stage("decoder_logits", logits.squeeze(0));
      const auto projected = decoder.project(memory);
      decoding::TransformerDecoderImpl::Cache cache;
      note_stage("decoder_step_logp", stepwise(prefix, [&](const at::Tensor& token) {
                   return decoder.step(projected, cache, token);
                 }));
    }
    if (model_.network->r_decoder) {
      std::vector<int64_t> backwards = prefix;
      std::reverse(backwards.begin() + 1, backwards.end());
      at::Tensor logits;
      {
        const StageScope scope("r_decoder");
        logits = model_.network->r_decoder->forward(memory, {}, row(backwards));
      }
      note_stage("r_decoder_logits", logits.squeeze(0));
    }
    if (language_model_) {
      decoding::TransformerLmImpl::Cache cache;
      at::Tensor steps;
      {
        const StageRecorder aside;
        steps = stepwise(prefix, [&](const at::Tensor& token) {
          return language_model_->step(cache, token);
        });
      }
      note_stage("lm_step_logp", steps);
    }
  }

  const FeaturesRequest& request_;
  Written& written_;
  LoadedModel model_;
  Family family_;
  std::shared_ptr<decoding::TransformerLmImpl> language_model_;
};

/// Token ids (B, U) of a vocabulary of V.
bool are_tokens(const at::Tensor& x, int64_t V) {
  return x.dim() == 2 && x.scalar_type() == at::kLong && x.numel() > 0 &&
         x.min().item<int64_t>() >= 0 && x.max().item<int64_t>() < V;
}

void language_model_stages(const FeaturesRequest& request, Written& written) {
  LoadedLanguageModel model = read_language_model(request.model);
  const Family family = family_named(model.card.family, false);
  for (const std::string& input : request.inputs) {
    const TensorMap tensors = read_tensors(input);
    const auto x = tensors.find("x");
    const int64_t V = model.network->vocabulary_size();
    if (x == tensors.end() || !are_tokens(x->second, V)) {
      throw DataError(
          input + ": x: expected token ids (B, U), int64, from 0 to " + std::to_string(V - 1));
    }
    at::Tensor logits;
    {
      const StageRecorder recorder;
      logits = model.network->forward(x->second);
      for (const auto& [stage, value] : recorder.stages()) {
        written.add("", family.stage(stage), value);
      }
    }
    written.add("", "log_probs", at::log_softmax(logits, -1));
    const at::Tensor row = x->second[0].contiguous();
    const std::vector<int64_t> prefix(
        row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + row.numel());
    decoding::TransformerLmImpl::Cache cache;
    written.add("", "step_logp_row0", stepwise(prefix, [&](const at::Tensor& token) {
                  return model.network->step(cache, token);
                }));
    const auto t = tensors.find("t");
    if (t != tensors.end() && t->second.sizes() == x->second.sizes() && are_tokens(t->second, V)) {
      const auto [sum, count] = decoding::lm_loss(logits, x->second, t->second);
      const at::Tensor number = at::full({1}, static_cast<double>(count));
      written.add("", "nll", sum.view({1}));
      written.add("", "count", number);
      written.add("", "loss", sum.view({1}) / number);
    }
  }
}

}  // namespace

void write_features(const FeaturesRequest& request) {
  const c10::InferenceMode inference;
  Written written(request);
  const bool language_model =
      read_card(SafetensorsFile(request.model), request.model).kind == "language_model";
  if (language_model) {
    language_model_stages(request, written);
  } else {
    RecogniserStages(request, written).run();
  }
  written.write();
}

}  // namespace sotto::experiments
