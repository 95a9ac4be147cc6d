#include "experiments/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "common/batch_norm.h"
#include "common/error.h"
#include "common/folder_lock.h"
#include "common/gradient_checkpointing.h"
#include "common/interrupt.h"
#include "common/kernels/large_blocks.h"
#include "common/progress.h"
#include "common/random.h"
#include "common/regulariser.h"
#include "experiments/loss_meter.h"
#include "experiments/report/run_report.h"
#include "experiments/resume.h"
#include "experiments/run_folder.h"
#include "experiments/schedule.h"
#include "experiments/start.h"
#include "experiments/step_clock.h"
#include "experiments/weight_updater.h"

namespace sotto::experiments {
namespace {

/// One seed for each step, so that a resumed run draws what an undisturbed one would. Processes must
/// not drop out the same units; what is drawn by a clip's name has the first one's seed in all.
uint64_t step_seed(const Recipe& recipe, const TrainingState& state, int64_t rank) {
  std::string place = std::to_string(state.stage) + "." + std::to_string(state.batch);
  if (rank > 0) {
    place += " process " + std::to_string(rank);
  }
  return Random(
             static_cast<uint64_t>(recipe.seed), static_cast<uint64_t>(state.epoch), place)
      .next();
}

class Trainer {
 public:
  Trainer(Recipe recipe, const std::string& run, const TrainContext& context);
  void run(bool resume);
  /// Says in the run's state why it ends early.
  void note_stop(const std::string& reason) {
    if (!folder_.has_log()) {
      return;
    }
    try {
      folder_.log().stop(reason);
    } catch (const Error&) {
      // A full disk may be the reason itself.
    }
  }

 private:
  int64_t steps_of_all_stages();
  void run_stage(bool restore);
  void finish_stage();
  int64_t take_mean_of_epochs();
  void run_epoch();
  bool step();
  double note_losses();
  void take_losses();
  void log_training(double rate);
  void validate(int64_t averaged = 0);
  void save();
  void save_if_asked(double minutes);
  void start_network(bool restore);
  void start_updater(const OptimiserOptions& options);

  bool finished() const { return state_.stage >= static_cast<int64_t>(recipe_.stage_count()); }
  const StageSchedule& stage() const { return recipe_.stage(static_cast<size_t>(state_.stage)); }
  Processes& processes() const { return *context_.processes; }
  bool first() const { return processes().rank() == 0; }
  torch::nn::Module& network() const { return task_->network(); }
  bool ended() const {
    return state_.epoch >= stage().epochs ||
           (stage().patience > 0 && state_.stale >= stage().patience);
  }

  Recipe recipe_;
  TrainContext context_;
  RunFolder folder_;
  std::unique_ptr<TrainingTask> task_;
  TrainingState state_;
  std::optional<WeightUpdater> updater_;
  StepClock clock_;
  LossMeter meter_;
};

Trainer::Trainer(Recipe recipe, const std::string& run, const TrainContext& context)
    : recipe_(std::move(recipe)),
      context_(context),
      folder_(run),
      clock_(recipe_.of_language_model() ? "tokens" : "frames") {}

void Trainer::start_updater(const OptimiserOptions& options) {
  updater_.emplace(
      network(),
      options,
      context_,
      step_precision_of(recipe_.precision, context_.device),
      state_.loss_scale);
}

/// @param restore  a checkpoint has all weights: what the run once started from may be gone
void Trainer::start_network(bool restore) {
  if (!restore) {
    for (const std::string& line : start_from(network(), recipe_.start)) {
      if (first()) {
        std::fprintf(stderr, "%s\n", line.c_str());
      }
    }
  }
  network().to(context_.device);
  set_gradient_checkpointing(network(), recipe_.gradient_checkpointing);
  if (!processes().alone()) {
    set_batch_norm_reduction(
        network(), [processes = context_.processes](at::Tensor& sums) { processes->sum(sums); });
  }
}

void Trainer::run(bool resume) {
  folder_.check(resume);
  std::optional<FolderLock> lock;
  const auto hold = [&] { lock.emplace(folder_.path(), "another process trains into it"); };
  if (first() && resume && folder_.exists()) {
    hold();  // before its checkpoint is looked at
  }
  const auto place = place_to_go_on(folder_, resume, processes());
  bool restore = place.has_value();
  state_ = place.value_or(TrainingState());
  task_ = recipe_.of_language_model() ? make_language_model_task(recipe_, context_)
                                      : make_recogniser_task(recipe_, context_);
  const std::string vocabulary = vocabulary_checksum(task_->card());
  if (restore && !finished() && !state_.vocabulary.empty() && state_.vocabulary != vocabulary) {
    throw ConfigError(
        folder_.path() + ": a run goes on with the vocabulary that it began with; the tokenizer "
        "gives another now; choose another --out");
  }
  const bool known = !state_.vocabulary.empty();
  state_.vocabulary = vocabulary;
  start_network(restore);
  if (first()) {
    folder_.make();
    if (!lock) {
      hold();
    }
    if (!restore) {
      folder_.begin(recipe_);
    } else if (finished()) {
      std::fprintf(stderr, "%s: has ended; nothing is left to do\n", folder_.path().c_str());
    } else {
      folder_.go_on(recipe_, known);
    }
    RunLog& log = folder_.open_log();
    if (!finished()) {
      log.keep_until(stage().name, state_.epoch, state_.step);
    }
    log.plan(steps_of_all_stages());
  }
  while (!finished()) {
    run_stage(restore);
    restore = false;
  }
  processes().barrier();  // nobody leaves while another still asks
  if (first()) {
    folder_.log().finish();
    write_run_report(folder_.path());
  }
}

int64_t Trainer::steps_of_all_stages() {
  int64_t steps = 0;
  for (size_t i = 0; i < recipe_.stage_count(); ++i) {
    task_->start_stage(static_cast<int64_t>(i));
    steps += recipe_.stage(i).epochs * task_->steps();
  }
  return steps;
}

void Trainer::run_stage(bool restore) {
  task_->start_stage(state_.stage);
  freeze(network(), stage().freeze);
  start_updater(recipe_.optimiser);
  if (restore) {
    updater_->restore(folder_.checkpoint());
  }
  while (!ended()) {
    run_epoch();
  }
  finish_stage();
  TrainingState next;
  next.stage = state_.stage + 1;
  next.loss_scale = updater_->loss_scale();
  next.vocabulary = state_.vocabulary;
  state_ = next;
  // The next stage starts with fresh moments: what is saved is its beginning.
  OptimiserOptions fresh;
  fresh.ema = recipe_.optimiser.ema;
  start_updater(fresh);
  save();
}

/// The stage's weights are its average, where it has one.
void Trainer::finish_stage() {
  const int64_t averaged = stage().average > 1 ? take_mean_of_epochs() : 0;
  if (averaged > 0) {
    updater_->drop_average();
    validate(averaged);
  } else if (const MovingAverage* average = updater_->average()) {
    copy_values(average->values(), state_of(network()));
  }
}

/// Gives the network the mean of the epochs that the first process has kept; the others may not see
/// its folder. @return how many; 0: too few.
int64_t Trainer::take_mean_of_epochs() {
  const std::vector<std::string> kept = first() ? folder_.epochs(state_) : std::vector<std::string>();
  at::Tensor count = at::tensor({static_cast<int64_t>(kept.size())}, at::kLong);
  processes().broadcast(count);
  if (count.item<int64_t>() < 2) {
    return 0;
  }
  if (first()) {
    copy_values(mean_weights(kept), state_of(network()));
  }
  const c10::NoGradGuard no_grad;
  for (auto& [name, value] : state_of(network())) {
    at::Tensor whole = value.contiguous();
    processes().broadcast(whole);
    value.copy_(whole);
  }
  return count.item<int64_t>();
}

void Trainer::run_epoch() {
  const int64_t steps = task_->steps();
  task_->start_epoch(state_);
  clock_.start_line();  // what came between is no training
  network().train();
  freeze(network(), stage().freeze);
  {
    const std::string title = stage().name + " " + std::to_string(state_.epoch + 1) + "/" +
                              std::to_string(stage().epochs);
    std::optional<Progress> progress;
    if (first()) {
      progress.emplace(title, steps - state_.batch, "steps", 60.0);
    }
    while (step()) {
      const double loss = note_losses();
      if (progress) {
        progress->advance(1, clock_.note(loss));
      }
      save_if_asked(recipe_.save_minutes);
    }
  }
  if ((state_.epoch + 1) % recipe_.validate_every == 0 || state_.epoch + 1 == stage().epochs) {
    try {
      validate();
    } catch (const Interrupted&) {
      save();  // behind the epoch's last step: going on begins with this validation
      processes().barrier();
      throw;
    } catch (const ProcessLost&) {
      save();
      throw;
    }
  }
  if (stage().average > 1 && first()) {
    const MovingAverage* average = updater_->average();
    folder_.keep_epoch(
        state_, average != nullptr ? average->values() : state_of(network()), stage().average);
  }
  take_losses();  // those of this epoch, where it was not validated
  ++state_.epoch;
  state_.batch = 0;
  state_.losses.clear();
  save();
}

/// One optimiser step over all its passes; false at the end of the epoch.
bool Trainer::step() {
  const uint64_t seed = step_seed(recipe_, state_, 0);
  const int64_t steps = task_->steps();
  const double share_done = static_cast<double>(state_.epoch * steps + state_.batch) /
                            static_cast<double>(stage().epochs * steps);
  torch::manual_seed(step_seed(recipe_, state_, processes().rank()));
  set_regularisers(network(), share_done >= stage().regularise_after);
  updater_->begin_step();
  for (bool ends = false; !ends;) {
    clock_.waits();
    if (!task_->next()) {
      return false;
    }
    clock_.computes(task_->frames());
    ends = task_->ends_step();
    meter_.add(
        updater_->pass([&] { return task_->loss(seed); }, ends).parts, task_->batch_text());
  }
  if (updater_->end_step(learning_rate(stage(), state_.step, steps), state_.step)) {
    meter_.add_norm(updater_->gradient_norm());
  }
  ++state_.batch;
  ++state_.step;
  ++state_.recent_steps;
  return true;
}

/// Brings the losses to the host: at once on a CPU, seldom from a device, which would have to wait.
/// @return the mean total loss of the epoch so far.
double Trainer::note_losses() {
  const bool line = state_.recent_steps >= recipe_.log_every;
  if (context_.device.is_cpu() || line) {
    take_losses();
  }
  if (line) {
    log_training(learning_rate(stage(), state_.step - 1, task_->steps()));
    state_.recent.clear();
    state_.recent_steps = 0;
  }
  return state_.losses["total"] / static_cast<double>(std::max<int64_t>(1, state_.batch));
}

void Trainer::take_losses() {
  for (const auto& [name, value] : meter_.take(processes())) {
    state_.losses[name] += value;
    state_.recent[name] += value;
  }
}

std::map<std::string, double> mean_of(const std::map<std::string, double>& sums, int64_t count) {
  std::map<std::string, double> means = sums;
  for (auto& entry : means) {
    entry.second /= static_cast<double>(std::max<int64_t>(1, count));
  }
  return means;
}

void Trainer::log_training(double rate) {
  if (!first()) {
    return;
  }
  TrainingLine line;
  line.stage = stage().name;
  line.epoch = state_.epoch + 1;
  line.step = state_.step;
  line.loss = mean_of(state_.recent, state_.recent_steps);
  line.learning_rate = rate;
  const at::Tensor norm = updater_->gradient_norm();
  line.gradient_norm = norm.defined() ? norm.item<double>() : 0;
  line.frames_per_s = clock_.frames_per_s() * static_cast<double>(processes().count());
  line.wait_share = clock_.wait_share();
  clock_.start_line();
  folder_.log().trained(line);
}

/// Saves when it is time to, or when any process was asked to stop, and then stops.
void Trainer::save_if_asked(double minutes) {
  const bool asked_alone = processes().alone() && interrupt_signal() != 0;
  if (!context_.device.is_cpu() && state_.recent_steps != 0 && !asked_alone) {
    return;  // asking all processes would make the device wait
  }
  at::Tensor wishes = at::tensor(
      {interrupt_signal() != 0 ? 1.0 : 0.0, folder_.minutes_since_save() >= minutes ? 1.0 : 0.0},
      at::kDouble);
  if (!processes().alone()) {
    wishes = wishes.to(context_.device);
    processes().sum(wishes);
    wishes = wishes.cpu();
  }
  const bool stop = wishes[0].item<double>() > 0;
  if (stop || wishes[1].item<double>() > 0) {
    save();
  }
  if (stop) {
    processes().barrier();  // launchers kill those that still write when the first one leaves
    throw_interrupted();
  }
}

/// @param averaged  epochs whose mean is validated; 0: none
void Trainer::validate(int64_t averaged) {
  take_losses();
  std::optional<BorrowedWeights> borrowed;
  if (const MovingAverage* average = updater_->average()) {
    borrowed.emplace(network(), average->values());
  }
  const auto losses = mean_of(state_.losses, state_.batch);
  nlohmann::json line = {
      {"stage", stage().name},
      {"epoch", state_.epoch + 1},
      {"step", state_.step},
      {"loss", losses}};
  if (averaged > 0) {
    line["epoch"] = state_.epoch;
    line["averaged"] = averaged;
    line.erase("loss");
    if (first()) {
      std::fprintf(stderr, "the mean of the last %lld epochs:\n", static_cast<long long>(averaged));
    }
  }
  const double loss = losses.count("total") != 0 ? losses.at("total") : 0;
  const double error = task_->validate(line, first() ? folder_.path() : "").value_or(loss);
  // What a stage was asked to end with is what it gives, as in the published pipelines.
  const bool better = averaged > 0 || state_.best_error < 0 || error < state_.best_error;
  // Of equally good ones the latest: while all words are wrong, the network still learns.
  const bool best = better || error == state_.best_error;
  const bool silent = error == 1;  // nothing is read yet, as in a lip reader's first epochs
  state_.stale = better || (best && silent) ? 0 : state_.stale + 1;
  if (better) {
    state_.best_error = error;
  }
  if (!first()) {
    return;
  }
  folder_.log().validated(line);
  ModelCard card = task_->card();
  card.name = recipe_.name;
  card.about = recipe_.about;
  card.domain = recipe_.domain;
  card.licence = recipe_.licence;
  folder_.write_models(state_of(network()), card, best);
  write_run_report(folder_.path());
}

void Trainer::save() {
  take_losses();
  state_.loss_scale = updater_->loss_scale();
  if (first()) {
    updater_->save(folder_.checkpoint(), state_);
  }
  folder_.saved();
}

}  // namespace

void train(Recipe recipe, const std::string& run, bool resume, const TrainContext& context) {
  at::globalContext().setFlushDenormal(true);
  keep_large_blocks();
  Trainer trainer(std::move(recipe), run, context);
  try {
    trainer.run(resume);
  } catch (const std::exception& fault) {
    trainer.note_stop(fault.what());
    throw;
  }
}

}  // namespace sotto::experiments
