#pragma once

#include <string>
#include <vector>

#include "tools/arguments.h"
#include "tools/requests.h"

namespace sotto::tools {

/// One command of the program. `run` gets the arguments from the command's name on.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(int argc, char** argv);
};

int command_align(int argc, char** argv);
int command_calibrate(int argc, char** argv);
int command_doctor(int argc, char** argv);
int command_evaluate(int argc, char** argv);
int command_export(int argc, char** argv);
int command_features(int argc, char** argv);
int command_import(int argc, char** argv);
int command_bench(int argc, char** argv);
int command_info(int argc, char** argv);
int command_pack(int argc, char** argv);
int command_perplexity(int argc, char** argv);
int command_prepare(int argc, char** argv);
int command_recipe(int argc, char** argv);
int command_report(int argc, char** argv);
int command_rover(int argc, char** argv);
int command_score(int argc, char** argv);
int command_synth(int argc, char** argv);
int command_tokenizer(int argc, char** argv);
int command_train(int argc, char** argv);
int command_transcribe(int argc, char** argv);

/// Adds what every command understands (`--threads`) and fills in the folders of shipped files.
void add_common(Arguments& arguments, Request& request);

/// Adds how to search: `--method`, `--beam`, `--ctc-weight` and so on.
void add_search(Arguments& arguments, SearchRequest& search);
/// --precision
void add_precision(Arguments& arguments, std::string& precision);

/// Adds `--lm` and `--lm-weight`.
void add_language_model(Arguments& arguments, std::string& path, SearchRequest& search);
/// @throws ConfigError if there is a weight without a language model.
void check_language_model(
    const std::string& command, const std::string& path, const SearchRequest& search);

/// Adds what commands over clips share: model, modality, `formats` (the first is the default), --out,
/// face, precision, and what every command understands.
void add_clips(
    Arguments& arguments, ClipsRequest& request, const std::vector<std::string>& formats);

/// Adds what commands over a store share: model, store, list, modalities, noise, search, and what
/// every command understands.
void add_store(Arguments& arguments, StoreRequest& request, const std::string& modality_help);
/// @throws ConfigError if there is a noise file without a level.
void check_store(const std::string& command, const StoreRequest& request);

/// A file that is written at the end of the work. @throws ConfigError if its folder is not there.
void check_folder(const std::string& command, const std::string& file);

/// Adds `--face`.
void add_face(Arguments& arguments, std::string& face);

}  // namespace sotto::tools
