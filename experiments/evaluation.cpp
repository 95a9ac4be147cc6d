#include "experiments/evaluation.h"

#include <torch/utils.h>

namespace sotto::experiments {

std::vector<std::vector<ScoredText>> transcribe_set(
    AvsrModelImpl& network,
    datasets::Loader& loader,
    const datasets::Tokenizer& tokenizer,
    const std::vector<EvaluationOptions>& options,
    const std::function<void(int64_t)>& advance,
    const std::function<void(const EvaluatedClip&)>& visit) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  std::vector<std::vector<ScoredText>> texts(options.size());
  loader.start(0, 0, {});
  while (auto batch = loader.next()) {
    for (size_t i = 0; i < options.size(); ++i) {
      const Encoded encoded =
          encode_batch(network, *batch, options[i].modality, options[i].stream_head);
      const auto readings =
          search_clips(network, encoded, options[i].search, options[i].language_model);
      for (size_t b = 0; b < batch->ids.size(); ++b) {
        const auto& nbest = readings[b];
        const std::string text = nbest.empty() ? "" : tokenizer.decode(nbest.front().labels());
        texts[i].push_back({batch->ids[b], batch->texts[b], text});
        if (visit) {
          visit({i, *batch, static_cast<int64_t>(b), encoded, nbest});
        }
      }
    }
    if (advance) {
      advance(static_cast<int64_t>(batch->ids.size()));
    }
  }
  network.train(was_training);
  return texts;
}

}  // namespace sotto::experiments
