#include <filesystem>
#include <iostream>

#include "datasets/text/sentencepiece.h"
#include "datasets/text/tokenizer_lines.h"
#include "datasets/text/tokenizer_training.h"
#include "datasets/text/units.h"
#include "tools/commands.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

int train(int argc, char** argv) {
  TokenizerTrainRequest request;
  Arguments arguments(
      "tokenizer train",
      "Make a vocabulary from texts, a sentence a line, UTF-8, taken as they are, or from the\n"
      "manifests of stores. Writes PREFIX_units.txt and, for word pieces, the SentencePiece model\n"
      "PREFIX.model.",
      "sotto tokenizer train train.txt --type unigram --size 5000 --out english\n"
      "  sotto tokenizer train stores/lrs3/manifest.jsonl --split train,pretrain --out lrs3\n"
      "  sotto tokenizer train train.txt --type characters --out english");
  arguments.rest("TEXT", request.texts, 1, "text files, manifests (.jsonl)");
  arguments.names("--split", request.splits, "NAME,...", "of manifests: these parts alone (all)");
  arguments.choice(
      "--type",
      request.type,
      datasets::tokenizer_training_types(),
      "word pieces of two kinds, or single characters");
  arguments.integer("--size", request.size, "N", 4, "pieces of the SentencePiece model (5000)");
  arguments.option("--out", request.out, "PREFIX", "where the files go", true);
  arguments.parse(argc, argv);
  datasets::TokenizerTraining training;
  training.texts = request.texts;
  training.splits = request.splits;
  training.type = request.type;
  if (request.size && request.type == "characters") {
    throw ConfigError("tokenizer train: --size goes with --type unigram or bpe");
  }
  training.size = request.size.value_or(training.size);
  if (const auto folder = std::filesystem::path(request.out).parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder);
  }
  const datasets::TrainedTokenizer trained = datasets::train_tokenizer(training);
  datasets::write_tokenizer(request.out, trained);
  std::cerr << request.out << "_units.txt: " << trained.tokens.size() - 2 << " units\n";
  return kDone;
}

using Turn = decltype(&datasets::encode_lines);

int turn_lines(int argc, char** argv, const std::string& summary, Turn turn) {
  TokenizerLinesRequest request;
  const std::string name = std::string("tokenizer ") + argv[0];
  Arguments arguments(
      name,
      summary,
      "sotto " + name + " --units english_units.txt --spm english.model < lines.txt\n  sotto " +
          name + " --units char_units.txt < lines.txt");
  arguments.option("--units", request.units, "FILE", "vocabulary, a line UNIT ID each", true);
  arguments.option("--spm", request.spm, "FILE", "SentencePiece model of a word-piece vocabulary");
  arguments.parse(argc, argv);
  const std::vector<std::string> tokens = datasets::read_units(request.units);
  const std::string model = request.spm.empty() ? "" : datasets::read_sentencepiece_model(request.spm);
  const std::string type =
      request.spm.empty() ? datasets::tokenizer_type_of(tokens) : "sentencepiece";
  std::ios::sync_with_stdio(false);
  turn(*datasets::make_tokenizer(type, tokens, model), std::cin, "standard input", std::cout);
  std::cout << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace

int command_tokenizer(int argc, char** argv) {
  std::string action = argc > 1 ? argv[1] : "";
  if (action == "train") {
    return train(argc - 1, argv + 1);
  }
  if (action == "encode") {
    return turn_lines(argc - 1, argv + 1, "Lines of text to lines of ids.", datasets::encode_lines);
  }
  if (action == "decode") {
    return turn_lines(argc - 1, argv + 1, "Lines of ids to lines of text.", datasets::decode_lines);
  }
  Arguments arguments(
      "tokenizer",
      "Vocabularies: train one on texts, turn text into its ids and back. `sotto tokenizer ACTION\n"
      "--help` lists an action's options.",
      "sotto tokenizer train train.txt --type unigram --size 5000 --out english\n"
      "  sotto tokenizer encode --units english_units.txt --spm english.model < lines.txt\n"
      "  sotto tokenizer decode --units english_units.txt < ids.txt");
  arguments.positional("ACTION", action, "train, encode or decode");
  arguments.parse(argc, argv);
  throw ConfigError("tokenizer: expected one of train, encode, decode, got '" + action + "'");
}

}  // namespace sotto::tools
