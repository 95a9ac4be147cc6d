#pragma once

#include <string>
#include <vector>

#include "datasets/augment.h"
#include "datasets/loader.h"
#include "datasets/noise.h"
#include "decoding/search_options.h"
#include "decoding/transformer_lm.h"
#include "experiments/model.h"
#include "experiments/objective.h"

namespace sotto::experiments {

/// Which clips a recipe reads.
struct DataOptions : Options {
  std::string store;
  std::string train;
  std::string valid;
  std::string noise;
  std::string noise_file;
  int64_t label_words = 0;
  datasets::LoaderOptions loader;

  void visit(OptionVisitor& v) override;
};

/// Which texts a recipe of a language model reads.
struct TextDataOptions : Options {
  std::string store;
  std::vector<std::string> train;
  std::vector<std::string> valid;
  int64_t batch_tokens = 8000;
  int64_t longest = 500;

  void visit(OptionVisitor& v) override;
};

/// One part of a training run. A stage starts from the weights the one before ended with.
struct StageSchedule : Options {
  std::string name = "train";
  int64_t epochs = 75;
  double learning_rate = 1e-3;
  double warmup_epochs = 5;
  int64_t warmup_steps = 0;
  std::string schedule = "cosine";
  double final_share = 0;
  bool late_schedule = false;
  double regularise_after = 0;
  std::vector<std::string> freeze;
  int64_t average = 0;
  int64_t patience = 0;

  void visit(OptionVisitor& v) override;
};

/// A stage of a recogniser.
struct StageOptions : StageSchedule {
  std::string streams = "av";
  int64_t longest_frames = 0;
  std::string train;
  LossOptions loss;

  void visit(OptionVisitor& v) override;
};

/// Weights that are trained at another rate than the rest.
struct ParameterGroupOptions : Options {
  std::vector<std::string> parts;
  double rate = 1;
  double decay = 1;

  void visit(OptionVisitor& v) override;
};

/// AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) or Adam (Kingma and Ba 2015,
/// arXiv:1412.6980).
struct OptimiserOptions : Options {
  std::string type = "adamw";
  std::vector<double> betas = {0.9, 0.98};
  double epsilon = 1e-8;
  double weight_decay = 0.03;
  bool decay_matrices_only = false;
  double clip_norm = 10;
  double ema = 0;
  std::vector<ParameterGroupOptions> groups;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// A model whose weights are taken to start from.
struct StartSource : Options {
  std::string model;
  std::vector<std::string> parts;

  void visit(OptionVisitor& v) override;
};

/// Where the first stage's weights come from: a model, and others on top of it.
struct StartOptions : StartSource {
  std::vector<StartSource> more;

  void visit(OptionVisitor& v) override;
};

/// The units of text. Without a units file: the English characters. A model file in its place: that
/// model's vocabulary and tokenizer.
struct TokenizerOptions : Options {
  std::string units;
  std::string model;

  void visit(OptionVisitor& v) override;
};

/// A whole experiment: what `sotto train` reads. Of the parts, those of its kind are there.
struct Recipe : Options {
  std::string kind = "recogniser";  ///< or "language_model"
  std::string name = "unnamed";
  std::string about;
  std::string domain;
  std::string licence;
  int64_t seed = 42;
  TokenizerOptions tokenizer;
  DataOptions data;
  ModelOptions model;
  TextDataOptions text_data;
  decoding::TransformerLmOptions language_model;
  StartOptions start;
  OptimiserOptions optimiser;
  datasets::AugmentOptions augment;
  datasets::NoiseOptions noise;
  std::vector<StageOptions> stages;
  std::vector<StageSchedule> text_stages;
  std::string precision = "fp32";
  bool gradient_checkpointing = false;
  double save_minutes = 10;
  int64_t log_every = 20;
  int64_t validate_every = 1;
  decoding::SearchOptions decode;

  void visit(OptionVisitor& v) override;
  void validate() const override;

  bool of_language_model() const { return kind == "language_model"; }
  size_t stage_count() const { return of_language_model() ? text_stages.size() : stages.size(); }
  const StageSchedule& stage(size_t i) const {
    return of_language_model() ? text_stages[i] : stages[i];
  }
};

/// Reads a recipe file and overrides `key.sub=value`; lists of clips are looked for beside it.
/// @param beside  folder where they are looked for in its place; empty: none
/// @throws ConfigError, DataError.
Recipe read_recipe(
    const std::string& path,
    const std::vector<std::string>& overrides,
    const std::string& beside = "");

/// The recipe that goes on with a model: its network, its vocabulary, its weights to start from.
/// @throws CheckpointError.
Recipe recipe_of_model(const std::string& model);

/// The lines of a text file that are neither empty nor comments (#).
std::vector<std::string> read_list(const std::string& path);
/// Whether it is no file but names parts of a store: "split:pretrain+train".
bool is_split_list(const std::string& list);

}  // namespace sotto::experiments
