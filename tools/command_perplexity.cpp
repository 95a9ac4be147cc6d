#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_perplexity(int argc, char** argv) {
  PerplexityRequest request;
  Arguments arguments(
      "perplexity",
      "How well a language model expects texts: text files, a sentence a line, written as the "
      "model's\n"
      "texts were. Ends of sentences count.",
      "sotto perplexity runs/grid-lm/best.safetensors test.txt\n"
      "  sotto perplexity grid.arpa.gz test.txt\n"
      "  sotto perplexity characters.arpa test.txt --model grid-av   # n-grams of its tokens");
  arguments.positional("LM", request.language_model, "a language model, or n-grams (ARPA, .gz too)");
  arguments.rest("TEXT", request.texts, 1, "text files, .gz too");
  arguments.option(
      "--model", request.model, "FILE", "the recogniser whose tokens the n-grams are made of");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("perplexity", &request);
}

}  // namespace sotto::tools
