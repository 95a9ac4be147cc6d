#include <cmath>
#include <cstdio>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/utils.h>

#include "common/interrupt.h"
#include "experiments/perplexity.h"
#include "experiments/resume.h"
#include "experiments/text_data.h"
#include "experiments/training_task.h"

namespace sotto::experiments {
namespace {

/// A Transformer language model on sentences of text: the mean over a batch's tokens of
/// -ln p(token | tokens before).
class LanguageModelTask : public TrainingTask {
 public:
  LanguageModelTask(const Recipe& recipe, const TrainContext& context)
      : recipe_(recipe),
        context_(context),
        data_(load_text_data(recipe, context.processes->rank(), context.processes->count())) {
    if (data_.left_out > 0 && context_.processes->first()) {
      std::fprintf(
          stderr,
          "%lld sentences of more than %lld tokens (data.longest) are left out\n",
          static_cast<long long>(data_.left_out),
          static_cast<long long>(recipe.text_data.longest));
    }
    torch::manual_seed(static_cast<uint64_t>(recipe_.seed));
    network_ = decoding::TransformerLm(recipe_.language_model, data_.tokenizer->size());
  }

  torch::nn::Module& network() override { return *network_; }
  void start_stage(int64_t stage) override { stage_ = stage; }
  int64_t steps() const override { return data_.train->batches(); }

  void start_epoch(const TrainingState& state) override {
    data_.train->start(epoch_of_all(state), state.batch);
  }

  bool next() override {
    batch_ = data_.train->next();
    return batch_.has_value();
  }

  bool ends_step() const override { return true; }
  int64_t frames() const override { return batch_->count; }

  Loss loss(uint64_t /*seed*/) override {
    const at::Tensor tokens = batch_->tokens.to(context_.device, /*non_blocking=*/true);
    const at::Tensor sum = decoding::lm_loss(
        network_->forward(tokens), batch_->tokens,
        batch_->next.to(context_.device, /*non_blocking=*/true)).first;
    Loss loss;
    loss.total =
        sum * ((batch_->count > 0 ? 1.0 : 0.0) / static_cast<double>(batch_->count_of_step));
    loss.parts["total"] = loss.total;
    return loss;
  }

  std::string batch_text() const override {
    const SentenceIds& sentences = data_.train->sentences();
    const int32_t* ids = sentences.ids(batch_->first);
    return "'" + data_.tokenizer->decode({ids, ids + sentences.length(batch_->first)}) + "'";
  }

  std::optional<double> validate(nlohmann::json& line, const std::string& /*run*/) override {
    if (!data_.valid) {
      return std::nullopt;
    }
    network_->eval();
    double share = 0;
    work_together(*context_.processes, [&] {
      share = log_probability(
          *network_, *data_.valid, [](int64_t) { throw_if_interrupted(kContinueTraining); });
    });
    network_->train();
    at::Tensor sum = at::full({1}, share, at::TensorOptions(at::kDouble).device(context_.device));
    context_.processes->sum(sum);
    const double loss =
        -sum.item<double>() / static_cast<double>(data_.valid->sentences().tokens());
    line["perplexity"] = std::exp(loss);
    if (context_.processes->first()) {
      std::fprintf(
          stderr,
          "validation %s %d  perplexity %.4f a token\n",
          recipe_.stage(static_cast<size_t>(stage_)).name.c_str(),
          line.at("epoch").get<int>(),
          std::exp(loss));
    }
    return loss;
  }

  ModelCard card() const override {
    ModelCard card;
    card.kind = recipe_.kind;
    card.language_model = recipe_.language_model;
    set_tokenizer(card, *data_.tokenizer);
    card.text_rules = data_.text_rules;
    return card;
  }

 private:
  const Recipe& recipe_;
  TrainContext context_;
  int64_t stage_ = 0;
  TextData data_;
  decoding::TransformerLm network_{nullptr};
  std::optional<TextBatch> batch_;
};

}  // namespace

std::unique_ptr<TrainingTask> make_language_model_task(
    const Recipe& recipe, const TrainContext& context) {
  return std::make_unique<LanguageModelTask>(recipe, context);
}

}  // namespace sotto::experiments
