#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_import(int argc, char** argv) {
  ImportRequest request;
  Arguments arguments(
      "import",
      "Make a model of sotto's from a published checkpoint (.pth, .ckpt, .pt): auto_avsr of either\n"
      "generation, Visual Speech Recognition for Multiple Languages and its language models, the\n"
      "CNVSRC baselines, ESPnet's E-Branchformer encoders, WeNet's bidirectional models, front ends\n"
      "of LRW word classifiers. Nothing in the file is executed. A model.json or backbone.json and\n"
      "a units.txt beside the checkpoint are found by themselves.",
      "sotto import vsr_trlrs3_base.pth --units unigram5000_units.txt --out lrs3.safetensors\n"
      "  sotto import LRS3_V_WER19.1/model.pth --units unigram5000_units.txt --out lrs3.safetensors");
  arguments.positional("CHECKPOINT", request.checkpoint, "the file that was published");
  arguments.option("--out", request.out, "MODEL", "the model file to write", true);
  arguments.option("--config", request.config, "FILE", "its model.json, backbone.json or settings");
  arguments.option("--units", request.units, "FILE", "its units, a line `UNIT ID` each");
  arguments.option(
      "--spm", request.sentencepiece, "FILE", "its SentencePiece model, to write texts as tokens");
  arguments.integer(
      "--limit-mib", request.limit_mib, "MIB", 1, "what its tensors may take in memory (8192)");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("import", &request);
}

}  // namespace sotto::tools
