#include "tools/commands.h"

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

void add_face(Arguments& arguments, std::string& face) {
  arguments.choice("--face", face, {"largest", "left", "right"}, "which face of several");
}

}  // namespace sotto::tools
