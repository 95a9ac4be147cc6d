#include "common/error.h"
#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_bench(int argc, char** argv) {
  BenchRequest request;
  Arguments arguments(
      "bench",
      "How fast the parts of a model are on this machine: front ends, encoders, each scorer, a whole "
      "search. Without MODEL a recogniser of the published base size with random weights.",
      "sotto bench\n"
      "  sotto bench grid-av --beam 10 --frames 75\n"
      "  sotto bench --growth growth\n"
      "  sotto bench --loader packed/grid\n"
      "  sotto bench --train --clips 4 --frames 100 --tokens 25 --precision bf16 --threads 2\n"
      "  sotto bench --precision bf16 --threads 2 --json bf16.json");
  arguments.optional_positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.integer("--frames", request.frames, "T", 1, "length of the clip (75, three seconds)");
  arguments.integer("--tokens", request.tokens, "N", 2, "length of the searched transcript (10)");
  arguments.integer("--repeats", request.repeats, "N", 1, "of which the median is told (5)");
  arguments.integer(
      "--vocabulary", request.vocabulary, "V", 8, "tokens of the model of random weights (5049)");
  arguments.option(
      "--growth", request.growth, "DIR",
      "measure instead how times grow with beam, length and vocabulary: a table, JSON and plots there");
  arguments.option(
      "--loader", request.loader, "STORE",
      "measure instead how fast training batches are read from a store, with --threads workers (1)");
  arguments.flag(
      "--train", request.train,
      "measure instead a training step on --clips clips of --frames frames, --tokens labels each");
  arguments.integer("--clips", request.clips, "N", 1, "clips of that step (4)");
  arguments.flag("--checkpointing", request.checkpointing, "that step with gradient checkpointing");
  arguments.option("--json", request.json, "FILE", "write the numbers there, machine included");
  add_search(arguments, request.search);
  add_precision(arguments, request.precision);
  add_common(arguments, request);
  arguments.parse(argc, argv);
  const std::vector<std::string> search = {
      "--method", "--beam", "--ctc-weight", "--reverse-weight", "--length-bonus"};
  if (request.train) {
    arguments.refuse("--train", search);
  } else {
    arguments.refuse("a measurement other than --train", {"--clips", "--checkpointing"});
  }
  if (!request.loader.empty()) {
    arguments.refuse("--loader", search);
    arguments.refuse(
        "--loader", {"--frames", "--tokens", "--repeats", "--vocabulary", "--precision"});
  }
  if (!request.growth.empty() && (!request.model.empty() || !request.json.empty() || request.vocabulary != BenchRequest().vocabulary)) {
    throw ConfigError(
        "bench: --growth goes without MODEL, --json and --vocabulary: it has its own of each");
  }
  if (request.train && (!request.loader.empty() || !request.growth.empty())) {
    throw ConfigError("bench: --train goes without --loader and --growth: it measures a step alone");
  }
  if (!request.loader.empty() && (!request.model.empty() || !request.growth.empty())) {
    throw ConfigError("bench: --loader goes without MODEL and --growth: it measures a store alone");
  }
  if (!request.model.empty() && request.vocabulary != BenchRequest().vocabulary) {
    throw ConfigError("bench: --vocabulary goes without MODEL, which has its own");
  }
  check_folder("bench", request.json);
  return run_in_core("bench", &request);
}

}  // namespace sotto::tools
