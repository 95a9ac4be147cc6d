#include "tools/commands.h"

#include "common/kernels/precision.h"

#include "tools/core.h"

namespace sotto::tools {

void add_common(Arguments& arguments, Request& request) {
  arguments.integer(
      "--threads", request.threads, "N", 0, "threads to compute with (0: as many as there are)");
  request.shared_folders = {
      program_folder() + "/share/sotto",      // as built
      program_folder() + "/../share/sotto"};  // as installed
}

void add_search(Arguments& arguments, SearchRequest& search) {
  arguments.choice(
      "--method", search.method, {"beam", "greedy", "ctc_prefix", "rescoring"},
      "how readings are searched for (default: the model's)");
  arguments.integer(
      "--beam", search.beam, "N", 1, "hypotheses kept while searching (default: the model's)");
  arguments.number(
      "--ctc-weight", search.ctc_weight, "W", 0, 1,
      "share of CTC in the score (default: the model's)");
  arguments.number(
      "--reverse-weight", search.reverse_weight, "W", 0, 1,
      "rescoring: share of the decoder that reads backwards (default: the model's)");
  arguments.number(
      "--length-bonus", search.length_bonus, "W", -1000, 1000,
      "added to the score for each token (default: the model's)");
}

void add_precision(Arguments& arguments, std::string& precision) {
  arguments.choice(
      "--precision", precision, precision_names(),
      "numbers to multiply in; less is faster and can change a reading; auto: what the processor has");
}

void add_language_model(Arguments& arguments, std::string& path, SearchRequest& search) {
  arguments.option(
      "--lm", path, "FILE", "a language model to read beside: a network, or n-grams (ARPA, .gz too)");
  arguments.number(
      "--lm-weight", search.lm_weight, "W", 0, 1000, "weight of --lm (default: the model's)");
}

void check_language_model(
    const std::string& command, const std::string& path, const SearchRequest& search) {
  if (path.empty() && search.lm_weight.value_or(0) > 0) {
    throw ConfigError(command + ": --lm-weight needs --lm");
  }
}

void add_face(Arguments& arguments, std::string& face) {
  arguments.choice("--face", face, {"largest", "left", "right"}, "which face of several");
}

}  // namespace sotto::tools
