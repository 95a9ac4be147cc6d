#include "experiments/bench.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/format_text.h"
#include "common/kernels/packed_matrix.h"
#include "common/skip_initialisation.h"
#include "decoding/beam_search.h"
#include "decoding/ctc_prefix_scorer.h"
#include "decoding/decoder_scorer.h"
#include "decoding/search.h"
#include "experiments/machine.h"

namespace sotto::experiments {
namespace {

/// Products and sums of one packed layer for M rows.
double gflop_of(double M, double K, double N) { return 2e-9 * M * K * N; }

class Bench {
 public:
  Bench(LoadedModel model, const BenchOptions& options)
      : model_(std::move(model)), options_(options), network_(*model_.network) {
    report_.model = model_.card.name;
    report_.options = options;
  }

  BenchReport run() {
    const c10::InferenceMode inference;
    at::manual_seed(1);
    peak();
    pack(model_, options_.precision);
    encoders();
    if (memory_.defined()) {
      search();
    }
    report_.resident_mib = resident_mib();
    return std::move(report_);
  }

 private:
  BenchRow measure(const std::string& part, double gflop, const std::function<void()>& work) {
    if (options_.progress) {
      options_.progress(part);
    }
    report_.rows.push_back(measure_row(part, gflop, options_.repeats, work));
    return report_.rows.back();
  }

  void peak() {
    constexpr int64_t kSide = 1024;
    const at::Tensor a = at::randn({kSide, kSide});
    const PackedMatrix b(at::randn({kSide, kSide}), {}, Precision::kFloat32);
    const double gflop = gflop_of(kSide, kSide, kSide);
    const BenchRow row = measure("product of 1024 x 1024 in fp32", gflop, [&] { b.multiply(a); });
    report_.peak_gflops = gflop / row.median_s;
  }

  void encoders() {
    const int64_t T = options_.frames;
    const Lengths lengths = Lengths::full(1, T);
    const auto& input = model_.card.model.input;
    Streams streams;
    if (network_.has_video()) {
      const at::Tensor lips = at::randn({1, T, input.channels(), input.size, input.size});
      measure("lips: front end", 0, [&] { network_.frontend->forward(lips, lengths); });
      measure("lips: front end and encoder", 0, [&] {
        streams.video = network_.encode(lips, {}, lengths).video;
      });
    }
    if (network_.has_audio()) {
      const at::Tensor wave = at::randn({1, T * 640, 1});
      measure("sound: front end", 0, [&] { network_.aux_frontend->forward(wave, lengths); });
      measure("sound: front end and encoder", 0, [&] {
        streams.audio = network_.encode({}, wave, lengths).audio;
      });
    }
    if (network_.fusion) {
      measure("fusion", 0, [&] { memory_ = network_.fuse(streams); });
    } else {
      memory_ = network_.fuse(streams);
    }
    if (network_.ctc) {
      const auto D = static_cast<double>(memory_.size(2));
      const auto V = static_cast<double>(network_.vocabulary_size());
      measure("CTC head", gflop_of(static_cast<double>(T), D, V), [&] {
        emission_ = at::log_softmax(network_.ctc->forward(memory_), -1)[0];
      });
    }
  }

  void search() {
    const int64_t beam = options_.search.beam;
    const decoding::SearchInput input = {memory_, emission_};
    if (network_.decoder) {
      products();
      decoder_steps(input, beam);
    }
    if (emission_.defined()) {
      ctc_steps(beam);
    }
    decoding::SearchOptions search = options_.search;
    search.max_length_ratio = -static_cast<double>(options_.steps);  // exactly so many tokens
    search.early_stop = false;
    search.end_detect = false;
    decoding::SearchNetworks networks;
    networks.decoder = network_.decoder;
    networks.reversed_decoder = network_.r_decoder;
    const BenchRow whole = measure("search, " + std::to_string(options_.steps) + " tokens", 0, [&] {
      decoding::search(input, networks, network_.vocabulary_size(), search);
    });
    if (search.method != "beam") {
      return;  // the others do not go token by token
    }
    const auto steps = static_cast<double>(options_.steps);
    report_.rows.push_back(
        {"search, a token", whole.median_s / steps, whole.low_s / steps, whole.high_s / steps,
         step_gflop_});
  }

  /// The matrix products of a decoder step over weights of their own, as many as the decoder has.
  void products() {
    const auto& decoder = model_.card.model.decoder;
    const int64_t D = memory_.size(2);
    const int64_t V = network_.vocabulary_size();
    std::vector<std::pair<int64_t, int64_t>> shapes;  // K, N
    for (int64_t layer = 0; layer < decoder.layers; ++layer) {
      for (int i = 0; i < 6; ++i) {  // q, k, v, out of its own tokens; q, out of the memory
        shapes.emplace_back(D, D);
      }
      shapes.emplace_back(D, decoder.feed_forward);
      shapes.emplace_back(decoder.feed_forward, D);
    }
    shapes.emplace_back(D, V);
    std::vector<PackedMatrix> weights;
    std::vector<at::Tensor> inputs;
    const auto beam = static_cast<double>(options_.search.beam);
    for (const auto& [K, N] : shapes) {
      weights.emplace_back(at::randn({N, K}), at::Tensor(), options_.precision);
      inputs.push_back(at::randn({options_.search.beam, K}));
      step_gflop_ += gflop_of(beam, static_cast<double>(K), static_cast<double>(N));
    }
    measure("decoder step: its products alone", step_gflop_, [&] {
      for (size_t i = 0; i < weights.size(); ++i) {
        weights[i].multiply(inputs[i]);
      }
    });
  }

  void decoder_steps(const decoding::SearchInput& input, int64_t beam) {
    const auto start = [&](decoding::DecoderScorer& scorer) {
      scorer.start({input});
      scorer.score({{network_.vocabulary_size() - 1}});
      scorer.select(std::vector<int64_t>(static_cast<size_t>(beam), 0), {});
    };
    std::vector<double> times;
    for (int64_t i = 0; i <= options_.repeats; ++i) {
      decoding::DecoderScorer scorer(network_.decoder);
      start(scorer);
      std::vector<int64_t> prefix = {network_.vocabulary_size() - 1};
      std::vector<int64_t> same;
      for (int64_t n = 0; n < beam; ++n) {
        same.push_back(n);
      }
      const double begin = steady_seconds();
      for (int64_t step = 1; step < options_.steps; ++step) {
        prefix.push_back(step % network_.vocabulary_size());
        scorer.score(decoding::Prefixes(static_cast<size_t>(beam), prefix));
        scorer.select(same, {});
      }
      if (i > 0) {
        times.push_back(
            (steady_seconds() - begin) / static_cast<double>(std::max<int64_t>(1, options_.steps - 1)));
      }
    }
    report_.rows.push_back(bench_row("decoder step", step_gflop_, times));
  }

  void ctc_steps(int64_t beam) {
    const int64_t V = network_.vocabulary_size();
    std::vector<std::vector<int64_t>> candidates;
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    const auto wide = std::min<int64_t>(
        V - 2, static_cast<int64_t>(options_.search.pre_beam_ratio * static_cast<double>(beam)));
    for (int64_t n = 0; n < beam; ++n) {
      const int64_t first = 1 + n * 7 % (V - 2);
      candidates.emplace_back();
      for (int64_t k = 0; k < wide; ++k) {
        candidates.back().push_back(1 + (first - 1 + k) % (V - 2));
      }
      parents.push_back(0);
      tokens.push_back(first);
    }
    if (wide < 1) {
      candidates.clear();  // all tokens
    }
    decoding::CtcPrefixScorer scorer(emission_);
    scorer.select(parents, tokens);
    for (int64_t n = 0; n < beam; ++n) {
      parents[static_cast<size_t>(n)] = n;
    }
    std::vector<float> scores;
    measure("CTC prefix step", 0, [&] {
      decoding::CtcPrefixScorer copy = scorer;
      copy.score(candidates, scores);
      copy.select(parents, tokens);
    });
  }

  LoadedModel model_;
  BenchOptions options_;
  AvsrModelImpl& network_;
  BenchReport report_;
  at::Tensor memory_;
  at::Tensor emission_;
  double step_gflop_ = 0;
};

}  // namespace

LoadedModel random_base_model(int64_t vocabulary) {
  LoadedModel model;
  model.card.name = "base size, random weights";
  auto& options = model.card.model;
  options.input.size = 88;
  read_yaml(
      "video: {frontend: {type: resnet3d}, encoder: {type: conformer}}", "base size", {}, options);
  model.card.tokens = numbered_tokens(vocabulary);
  {
    const SkipInitialisation skip;
    model.network = AvsrModel(options, vocabulary);
  }
  const at::NoGradGuard no_grad;
  for (const auto& parameter : model.network->parameters()) {
    parameter.uniform_(-0.05, 0.05);
  }
  model.network->eval();
  return model;
}

BenchReport bench(LoadedModel model, const BenchOptions& options) {
  return Bench(std::move(model), options).run();
}

std::string bench_text(const BenchReport& report) {
  const auto& options = report.options;
  std::string text = format_text(
      "%s, %s, %lld frames (%.1f s), beam %lld, CTC %.2f; median of %lld\n\n",
      report.model.c_str(), name_of(options.precision).c_str(),
      static_cast<long long>(options.frames), static_cast<double>(options.frames) / 25,
      static_cast<long long>(options.search.beam), options.search.ctc_weight,
      static_cast<long long>(options.repeats));
  text += bench_table(report.rows, report.peak_gflops, 34, 3);
  return text + format_text("\nresident memory %.0f MiB\n", report.resident_mib);
}

std::string bench_json(const BenchReport& report) {
  const auto& options = report.options;
  const nlohmann::ordered_json all = {
      {"version", 1},
      {"model", report.model},
      {"precision", name_of(options.precision)},
      {"frames", options.frames},
      {"beam", options.search.beam},
      {"ctc_weight", options.search.ctc_weight},
      {"repeats", options.repeats},
      {"peak_gflops", report.peak_gflops},
      {"resident_mib", report.resident_mib},
      {"machine", machine_json()},
      {"parts", bench_rows_json(report.rows)}};
  return all.dump(2) + "\n";
}

}  // namespace sotto::experiments
