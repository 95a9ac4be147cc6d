// `sotto`: reads the command's name and hands over. Links no LibTorch: see core.h.
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "common/options.h"
#include "tools/commands.h"
#include "tools/print.h"

namespace sotto::tools {
namespace {

constexpr Command kCommands[] = {
    {"transcribe", "what is said in clips: text, JSON, subtitles", command_transcribe},
    {"align", "when the words of a known text are said in clips", command_align},
    {"prepare", "turn a corpus into a store of lips and sound", command_prepare},
    {"pack", "a store in large mapped files, for training", command_pack},
    {"train", "train a model as a recipe says", command_train},
    {"report", "a page about a training run; several runs side by side", command_report},
    {"evaluate", "word error rates of a model on a store", command_evaluate},
    {"doctor", "what of a store explains bad error rates", command_doctor},
    {"perplexity", "how well a language model expects texts", command_perplexity},
    {"calibrate", "fit a model's word times and confidences", command_calibrate},
    {"score", "word error rate between two text files", command_score},
    {"rover", "fuse what several systems heard, by vote", command_rover},
    {"recipe", "the whole recipe a file stands for, or every knob", command_recipe},
    {"tokenizer", "train a vocabulary on texts; text to its ids and back", command_tokenizer},
    {"import", "make a model from a published checkpoint", command_import},
    {"export", "write a model to another file, or as a checkpoint", command_export},
    {"features", "every stage of a forward pass, as tensors", command_features},
    {"bench", "time the parts of a model on this machine", command_bench},
    {"synth", "make clips of talkers who do not exist, as a corpus", command_synth},
    {"info", "describe a model, a store, a clip or the machine", command_info},
};

std::string usage() {
  std::string text =
      "sotto: audio-visual speech recognition\n\nUsage: sotto COMMAND [options]\n\nCommands:\n";
  for (const Command& command : kCommands) {
    text += "  " + std::string(command.name) + std::string(12 - std::strlen(command.name), ' ') +
            command.summary + "\n";
  }
  return text +
         "\n`sotto COMMAND --help` lists a command's options with examples; `sotto --version` "
         "says\n"
         "which sotto this is. A first example: sotto transcribe clip.mp4\n";
}

int unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    names.emplace_back(command.name);
  }
  const std::string near = nearest(name, names);
  std::cerr << "sotto: " << name << ": unknown command; "
            << (near.empty() ? "see sotto --help" : "did you mean " + near + "?") << "\n";
  return kUsage;
}

int run_command(const Command& command, int argc, char** argv) {
  try {
    return command.run(argc, argv);
  } catch (const HelpWanted& help) {
    return print(help.what());
  } catch (const ConfigError& fault) {
    std::cerr << "sotto: " << fault.what() << "\n";
    return kUsage;
  } catch (const Interrupted& stop) {
    std::cerr << "sotto: " << stop.what() << "\n";
    return stop.signal() == SIGINT ? kCancelled : kStopped;
  } catch (const Error& fault) {
    std::cerr << "sotto: " << fault.what() << "\n";
    return kInputFailed;
  } catch (const std::exception& fault) {
    std::cerr << "sotto: internal error: " << fault.what() << "\n";
    return kInternal;
  }
}

int start(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    std::cerr << usage();
    return kUsage;
  }
  if (name == "--help" || name == "-h" || name == "help") {
    return print(usage());
  }
  if (name == "--version") {
    return print("sotto " SOTTO_VERSION "\n");
  }
  for (const Command& command : kCommands) {
    if (name == command.name) {
      return run_command(command, argc - 1, argv + 1);
    }
  }
  return unknown_command(name);
}

}  // namespace
}  // namespace sotto::tools

int main(int argc, char** argv) {
  return sotto::tools::start(argc, argv);
}
