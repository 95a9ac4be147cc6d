#include <iostream>

#include "common/error.h"
#include "common/interrupt.h"
#include "decoding/arpa_reader.h"
#include "experiments/perplexity.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::TextScore score(const tools::PerplexityRequest& request) {
  if (decoding::is_arpa(request.language_model)) {
    std::shared_ptr<const datasets::Tokenizer> tokenizer;
    if (!request.model.empty()) {
      const std::string path = tools::model_path(request, request.model);
      tokenizer = experiments::tokenizer_of(experiments::read_card(SafetensorsFile(path), path));
    }
    return experiments::score_texts(
        decoding::read_arpa(request.language_model), request.texts, tokenizer.get());
  }
  if (!request.model.empty()) {
    throw ConfigError("perplexity: --model goes with n-grams; a network has its own vocabulary");
  }
  return experiments::score_texts(
      experiments::read_language_model(request.language_model), request.texts);
}

}  // namespace

extern "C" int sotto_run_perplexity(const tools::PerplexityRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    std::cout << experiments::format_text_score(score(*request));
    return tools::kDone;
  });
}
