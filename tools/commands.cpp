#include "tools/commands.h"

#include <filesystem>

#include "common/error.h"
#include "common/kernels/precision.h"
#include "tools/core.h"

namespace sotto::tools {

void add_common(Arguments& arguments, Request& request) {
  arguments.integer(
      "--threads", request.threads, "N", 0, "threads to compute with (0: as many as there are)",
      1024);
  request.shared_folders = {
      program_folder() + "/share/sotto",      // as built
      program_folder() + "/../share/sotto"};  // as installed
}

void add_search(Arguments& arguments, SearchRequest& search) {
  arguments.choice(
      "--method", search.method, {"beam", "greedy", "ctc_prefix", "rescoring"},
      "how readings are searched for (default: the model's)");
  arguments.integer(
      "--beam", search.beam, "N", 1, "hypotheses kept while searching (default: the model's)", 1000);
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

void add_clips(
    Arguments& arguments, ClipsRequest& request, const std::vector<std::string>& formats) {
  request.format = formats.front();
  arguments.option(
      "--model", request.model, "FILE", "a model file, or the name of a shipped model");
  arguments.choice(
      "--modality", request.modality, {"auto", "a", "v", "av"},
      "sound, lips, both, or what there is");
  arguments.choice("--format", request.format, formats, "of the result");
  arguments.option(
      "--out", request.out, "DIR", "write a file a clip there instead of to the screen");
  add_face(arguments, request.face);
  arguments.number(
      "--window", request.window_s, "S", 1, 3600,
      "clips longer than this many seconds are cut at pauses (default: the longest clip of the training and two thirds more, or 24)");
  add_precision(arguments, request.precision);
  add_common(arguments, request);
}

void add_store(Arguments& arguments, StoreRequest& request, const std::string& modality_help) {
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.positional("STORE", request.store, "a store made by sotto prepare");
  arguments.option("--list", request.list, "FILE", "only these utterances, one id a line; or split:NAME+NAME of the corpus");
  arguments.words("--modality", request.modalities, {"a", "v", "av"}, modality_help);
  arguments.numbers(
      "--snr", request.snr_db, "DB,...", "also with noise at these signal-to-noise ratios");
  arguments.option(
      "--noise", request.noise, "FILE", "sound to mix in at --snr (default: babble of the store)");
  arguments.option(
      "--noise-list", request.noise_list, "FILE", "utterances whose voices make that babble");
  arguments.integer("--seed", request.seed, "N", 0, "of the noise (0)");
  add_search(arguments, request.search);
  add_common(arguments, request);
}

void check_store(const std::string& command, const StoreRequest& request) {
  for (const auto& [name, value] :
       {std::pair{"--noise", &request.noise}, std::pair{"--noise-list", &request.noise_list}}) {
    if (!value->empty() && request.snr_db.empty()) {
      throw ConfigError(command + ": " + name + " needs --snr, how loud it is to be");
    }
  }
}

void check_folder(const std::string& command, const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder)) {
    throw ConfigError(command + ": " + file + ": there is no folder " + folder.string());
  }
}

void add_face(Arguments& arguments, std::string& face) {
  arguments.option(
      "--face", face, "WHICH",
      "of several faces: speaking (the mouth that moves, and with the sound), largest, left, right, or a number from the left");
}

}  // namespace sotto::tools
