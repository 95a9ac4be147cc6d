#include "tools/commands.h"

#include "tools/core.h"

namespace sotto::tools {

void add_common(Arguments& arguments, Request& request) {
  arguments.integer(
      "--threads", request.threads, "N", 0, "threads to compute with (0: as many as there are)");
  request.shared_folders = {
      program_folder() + "/../share/sotto",            // after installation
      std::string(SOTTO_SOURCE_DIR) + "/experiments",  // in the tree that it was built from
      std::string(SOTTO_SOURCE_DIR) + "/share"};
}

void add_search(Arguments& arguments, SearchRequest& search) {
  arguments.flag("--greedy", search.greedy, "take the best CTC path instead of searching");
  arguments.integer(
      "--beam", search.beam, "N", 1, "hypotheses kept while searching (default: the model's)");
  arguments.number(
      "--ctc-weight",
      search.ctc_weight,
      "W",
      0,
      1,
      "share of CTC in the score (default: the model's)");
}

void add_face(Arguments& arguments, std::string& face) {
  arguments.choice("--face", face, {"largest", "left", "right"}, "which face of several");
}

}  // namespace sotto::tools
