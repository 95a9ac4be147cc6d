// transcribe MODEL CLIP: prints what is said in a clip.
#include <exception>
#include <iostream>

#include "experiments/model_file.h"
#include "experiments/transcriber.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: transcribe MODEL CLIP\n";
    return 2;
  }
  try {
    sotto::experiments::Transcriber transcriber(sotto::experiments::read_model(argv[1]));
    sotto::experiments::TranscribeOptions options;
    options.search = transcriber.card().decode;
    options.search.lm_weight = 0;  // no language model is given
    const auto warn = [](const std::string& line) { std::cerr << line << "\n"; };
    for (const auto& transcript : transcriber.transcribe(argv[2], options, warn)) {
      std::cout << transcript.text << "\n";
    }
  } catch (const std::exception& fault) {
    std::cerr << fault.what() << "\n";
    return 1;
  }
}
