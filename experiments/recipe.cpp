#include "experiments/recipe.h"

#include <filesystem>
#include <set>
#include <sstream>

#include "common/error.h"
#include "common/files.h"
#include "experiments/model_file.h"

namespace sotto::experiments {
namespace {

/// Paths in a recipe that exist beside it are meant to be beside it.
void beside_recipe(const std::filesystem::path& folder, std::string& path) {
  const auto near = folder / path;
  if (!path.empty() && std::filesystem::path(path).is_relative() &&
      std::filesystem::exists(near)) {
    path = near.string();
  }
}

/// What a stage asks for must be there: nothing is to end a training behind its first epoch, or to be
/// left out without a word.
void check_stage(const Recipe& recipe, size_t number) {
  const StageOptions& stage = recipe.stages[number];
  const ModelOptions& model = recipe.model;
  const std::string place = "stages." + std::to_string(number) + ".";
  const auto require = [&](bool met, const std::string& what) {
    if (!met) {
      throw ConfigError(place + what);
    }
  };
  const bool lips = stage.streams != "a";
  const bool sound = stage.streams != "v";
  require(
      (!lips || model.video.chosen()) && (!sound || model.audio.chosen()),
      "streams: is " + stage.streams + ", but the model has " +
          (model.video.chosen() ? "lips alone; expected v" : "sound alone; expected a"));
  const LossOptions& loss = stage.loss;
  require(
      loss.stream_ctc == 0 || model.stream_ctc,
      "loss.stream_ctc: is above 0, but the model has no such heads; set model.stream_ctc");
  require(
      loss.frame_labels == 0 || recipe.data.label_words > 0,
      "loss.frame_labels: is above 0, but there are no labels; set data.label_words");
  require(
      loss.av > 0 || (sound && loss.a > 0) || (lips && loss.v > 0) || loss.stream_ctc > 0 ||
          loss.frame_labels > 0,
      "loss: all that this stage could train has the weight 0");
  require(
      !loss.of_streams_alone() || model.stream_ctc || recipe.data.valid.empty(),
      "loss: av, a and v are 0, so validation reads by CTC of single streams, which the model does not "
      "have; set model.stream_ctc, or leave data.valid out");
}

}  // namespace

void DataOptions::visit(OptionVisitor& v) {
  v.field("store", store, "folder that `sotto prepare` made");
  v.field("train", train, "file with one utterance id a line, or split:NAME+NAME of the store's parts; empty: all that "
         "valid leaves");
  v.field("valid", valid, "likewise, to validate on; empty: no validation");
  v.field("noise", noise, "file with the ids whose voices make babble; empty: those of train");
  v.field("noise_file", noise_file, "media file with babble, instead of voices from ids");
  v.field(
      "label_words", label_words, at_least(0), "words",
      "most frequent words that become frame labels, by word times; 0: no frame labels");
  v.group("loader", loader, "how clips are read and packed");
}

void TextDataOptions::visit(OptionVisitor& v) {
  v.field(
      "store", store, "folder that `sotto prepare` made, whose texts are read; empty: text files");
  v.field(
      "train", train,
      "text files (.gz too), a sentence a line; with a store: lists of its ids, or all that valid "
      "leaves");
  v.field("valid", valid, "likewise, to validate on; empty: no validation");
  v.field("batch_tokens", batch_tokens, at_least(2), "tokens", "a batch holds at most, with padding");
  v.field("longest", longest, at_least(1), "tokens", "longer sentences are left out of training");
}

void StageSchedule::visit(OptionVisitor& v) {
  v.field("name", name, "shown in the log");
  v.field("epochs", epochs, at_least(1), "epochs", "length of the stage");
  v.field("learning_rate", learning_rate, at_least(0), "", "peak of the learning rate");
  v.field("warmup_epochs", warmup_epochs, at_least(0), "epochs", "linear rise to the peak");
  v.field(
      "warmup_steps", warmup_steps, at_least(0), "steps", "the same in steps; 0: warmup_epochs");
  v.field(
      "schedule", schedule, {"cosine", "noam", "constant"},
      "of the rate behind the rise: noam falls with the root of the step");
  v.field(
      "final_share", final_share, between(0, 1), "of the peak", "where the cosine ends");
  v.field(
      "late_schedule", late_schedule,
      "the cosine's rate is two steps behind, 0 at first, as in CNVSRC's and the older auto_avsr code");
  v.field(
      "regularise_after", regularise_after, between(0, 1), "share of the stage",
      "dropout, masks and speed changes are off before");
  v.field(
      "freeze", freeze, "name beginnings of weights that stay as they are, such as frontend");
  v.field(
      "average", average, at_least(0), "epochs",
      "the stage ends with the mean of its last epochs' weights; 0: with the last ones");
  v.field(
      "patience", patience, at_least(0), "validations",
      "without a better one, behind which the stage ends; 0: it never ends early");
}

void StageOptions::visit(OptionVisitor& v) {
  StageSchedule::visit(v);
  v.field("streams", streams, {"v", "a", "av"}, "streams that are computed and trained");
  v.field(
      "longest_frames", longest_frames, at_least(0), "frames",
      "longer clips wait for a later stage; 0: all");
  v.field("train", train, "as data.train, for this stage alone; empty: data.train");
  v.group("loss", loss, "weights of the losses");
}

void StartSource::visit(OptionVisitor& v) {
  v.field("model", model, "model file whose weights training starts from; empty: random ones");
  v.field(
      "parts", parts,
      "name beginnings of the weights to take, such as frontend, encoder; empty: all that fit");
}

void StartOptions::visit(OptionVisitor& v) {
  StartSource::visit(v);
  v.list("more", more, "further models, each on top of those before");
}

void TokenizerOptions::visit(OptionVisitor& v) {
  v.field(
      "units", units, "file with a line `UNIT ID` each, or a model file; empty: English characters");
  v.field("model", model, "SentencePiece model that cuts texts into units; empty: characters");
}

void ParameterGroupOptions::visit(OptionVisitor& v) {
  v.field("parts", parts, "name beginnings of the weights, such as frontend, encoder");
  v.field("rate", rate, at_least(0), "of the stage's", "learning rate");
  v.field("decay", decay, at_least(0), "of weight_decay", "weight decay");
}

void OptimiserOptions::visit(OptionVisitor& v) {
  v.field("type", type, {"adamw", "adam"}, "adam adds the decay to the gradient");
  v.field("betas", betas, between(0, 1), "", "decay of the two moments");
  v.field("epsilon", epsilon, at_least(0), "", "added to the root of the second moment");
  v.field("weight_decay", weight_decay, at_least(0), "", "decoupled weight decay");
  v.field("decay_matrices_only", decay_matrices_only, "no decay on biases and norms");
  v.field("clip_norm", clip_norm, at_least(0), "", "greatest norm of the gradient; 0: no limit");
  v.field(
      "ema", ema, between(0, 0.999999), "",
      "decay of an exponential average of the weights, which is what is validated and kept; 0: none");
  v.list("groups", groups, "weights with other rates; the first group that names one has it");
}

void OptimiserOptions::validate() const {
  if (betas.size() != 2) {
    throw ConfigError("optimiser.betas: expected two numbers");
  }
  for (const ParameterGroupOptions& group : groups) {
    if (group.parts.empty()) {
      throw ConfigError("optimiser.groups: expected parts in each group");
    }
  }
}

void Recipe::visit(OptionVisitor& v) {
  v.field("kind", kind, {"recogniser", "language_model"}, "what is trained; the parts follow it");
  v.field("name", name, "short name; the model file carries it");
  v.field("about", about, "what the experiment is, for people");
  v.field("domain", domain, "what the model can be used for, shown when it transcribes");
  v.field("licence", licence, "licence and attribution of model and data");
  v.field("seed", seed, at_least(0), "", "root of all randomness");
  v.group("tokenizer", tokenizer, "units of text");
  if (of_language_model()) {
    v.group("data", text_data, "texts");
    v.group("language_model", language_model, "network");
  } else {
    v.group("data", data, "clips");
    v.group("model", model, "network");
  }
  v.group("start", start, "weights to start from");
  v.group("optimiser", optimiser, "how weights follow their gradients");
  if (of_language_model()) {
    v.list("stages", text_stages, "one after the other");
  } else {
    v.group("augment", augment, "what training does to clips");
    v.group("noise", noise, "noise mixed into the sound");
    v.list("stages", stages, "one after the other");
  }
  v.field("precision", precision, {"fp32", "bf16", "fp16"}, "that the network is computed in");
  v.field(
      "gradient_checkpointing", gradient_checkpointing,
      "compute blocks twice instead of keeping their insides: less memory, more time");
  v.field("save_minutes", save_minutes, at_least(0), "minutes", "between checkpoints");
  v.field("log_every", log_every, at_least(1), "steps", "between lines of the log");
  v.field("validate_every", validate_every, at_least(1), "epochs", "between validations");
  if (!of_language_model()) {
    v.group("decode", decode, "how transcripts are searched for");
  }
}

void Recipe::validate() const {
  optimiser.validate();
  if (of_language_model()) {
    language_model.validate();
  } else {
    model.validate();
    augment.validate();
    noise.validate();
    decode.validate();
  }
  if (stage_count() == 0) {
    throw ConfigError("stages: expected at least one");
  }
  std::set<std::string> names;
  for (size_t i = 0; i < stage_count(); ++i) {
    if (!names.insert(stage(i).name).second) {
      throw ConfigError(
          "stages." + std::to_string(i) + ".name: '" + stage(i).name +
          "' is another stage's; expected names that differ");
    }
    if (stage(i).late_schedule && stage(i).schedule != "cosine") {
      throw ConfigError(
          "stages." + std::to_string(i) + ".late_schedule: expected a cosine schedule with it, got " +
          stage(i).schedule);
    }
    if (!of_language_model()) {
      check_stage(*this, i);
    }
  }
}

Recipe read_recipe(
    const std::string& path,
    const std::vector<std::string>& overrides,
    const std::string& beside) {
  const auto folder =
      beside.empty() ? std::filesystem::path(path).parent_path() : std::filesystem::path(beside);
  Recipe recipe;
  read_yaml(read_file(path, size_t{16} << 20), path, overrides, recipe);
  beside_recipe(folder, recipe.data.train);
  beside_recipe(folder, recipe.data.valid);
  beside_recipe(folder, recipe.data.noise);
  beside_recipe(folder, recipe.data.noise_file);
  for (auto* texts : {&recipe.text_data.train, &recipe.text_data.valid}) {
    for (std::string& text : *texts) {
      beside_recipe(folder, text);
    }
  }
  for (std::string& noise : recipe.noise.files) {
    beside_recipe(folder, noise);
  }
  beside_recipe(folder, recipe.tokenizer.units);
  beside_recipe(folder, recipe.tokenizer.model);
  beside_recipe(folder, recipe.start.model);
  for (StartSource& source : recipe.start.more) {
    beside_recipe(folder, source.model);
  }
  for (StageOptions& stage : recipe.stages) {
    beside_recipe(folder, stage.train);
  }
  return recipe;
}

Recipe recipe_of_model(const std::string& model) {
  const ModelCard card = read_card(SafetensorsFile(model), model);
  Recipe recipe;
  recipe.kind = card.kind;
  recipe.name = card.name + "-tuned";
  recipe.about = card.about;
  recipe.domain = card.domain;
  recipe.licence = card.licence;
  recipe.tokenizer.units = model;
  recipe.model = card.model;
  recipe.language_model = card.language_model;
  recipe.decode = card.decode;
  recipe.start.model = model;
  StageOptions stage;
  stage.name = "tune";
  stage.streams = !card.model.audio.chosen() ? "v" : !card.model.video.chosen() ? "a" : "av";
  stage.epochs = 10;
  stage.learning_rate = 1e-4;
  stage.warmup_epochs = 1;
  recipe.stages = {stage};
  recipe.text_stages = {stage};
  return recipe;
}

bool is_split_list(const std::string& list) {
  return list.rfind("split:", 0) == 0;
}

std::vector<std::string> read_list(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(read_file(path));
  for (std::string line; std::getline(text, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
      line.pop_back();
    }
    if (!line.empty() && line[0] != '#') {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace sotto::experiments
