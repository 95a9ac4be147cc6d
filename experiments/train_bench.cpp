#include "experiments/train_bench.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "common/format_text.h"
#include "common/gradient_checkpointing.h"
#include "common/kernels/large_blocks.h"
#include "experiments/machine.h"
#include "experiments/objective.h"
#include "experiments/optimiser.h"

namespace sotto::experiments {
namespace {

class TrainBench {
 public:
  TrainBench(LoadedModel model, const TrainBenchOptions& options)
      : model_(std::move(model)),
        options_(options),
        network_(*model_.network),
        objective_(losses(), network_.has_video(), network_.has_audio()),
        optimiser_(network_, OptimiserOptions()) {
    report_.model = model_.card.name;
    report_.options = options;
    for (const at::Tensor& parameter : network_.parameters()) {
      report_.parameters += static_cast<double>(parameter.numel());
    }
  }

  TrainBenchReport run() {
    keep_large_blocks();  // as the trainer does
    at::manual_seed(1);
    network_.train();
    set_gradient_checkpointing(network_, options_.checkpointing);
    make_batch();
    peak();
    steps();
    report_.resident_mib = resident_mib();
    optimiser_.forget_gradients();
    parts();
    return std::move(report_);
  }

 private:
  static LossOptions losses() { return {}; }

  void note(const std::string& part) const {
    if (options_.progress) {
      options_.progress(part);
    }
  }

  void add(const std::string& part, std::vector<double> times, double gflop = 0) {
    report_.rows.push_back(bench_row(part, gflop, std::move(times)));
  }

  void measure(const std::string& part, const std::function<void()>& work, double gflop = 0) {
    note(part);
    report_.rows.push_back(measure_row(part, gflop, options_.repeats, work));
  }

  void make_batch() {
    const int64_t B = options_.clips;
    const int64_t T = options_.frames;
    const auto& input = model_.card.model.input;
    batch_.lengths = Lengths::full(B, T);
    if (network_.has_video()) {
      batch_.lips = at::randn({B, T, input.channels(), input.size, input.size});
    }
    if (network_.has_audio()) {
      batch_.wave = at::randn({B, T * 640, 1});
    }
    batch_.presence = at::ones({B, 2});
    batch_.audio_weight = at::ones({B});
    for (int64_t b = 0; b < B; ++b) {
      batch_.ids.push_back(std::to_string(b));
      batch_.texts.emplace_back();
      batch_.tokens.emplace_back();
      for (int64_t u = 0; u < options_.labels; ++u) {
        batch_.tokens.back().push_back(1 + (b * 31 + u * 7) % (network_.vocabulary_size() - 2));
      }
    }
  }

  void peak() {
    constexpr int64_t kSide = 1024;
    const auto type = options_.precision == StepPrecision::kBfloat16 ? at::kBFloat16 : at::kFloat;
    const at::Tensor a = at::randn({kSide, kSide}).to(type);
    const at::Tensor b = at::randn({kSide, kSide}).to(type);
    const double gflop = 2e-9 * kSide * kSide * kSide;
    measure(
        "product of 1024 x 1024", [&] { at::mm(a, b); }, gflop);
    report_.peak_gflops = gflop / report_.rows.back().low_s;
  }

  void steps() {
    std::vector<double> forward;
    std::vector<double> backward;
    std::vector<double> update;
    std::vector<double> whole;
    note("training step");
    for (int64_t i = 0; i <= options_.repeats; ++i) {
      const double start = steady_seconds();
      optimiser_.forget_gradients();
      at::Tensor loss;
      {
        const AutocastScope scope(at::kCPU, options_.precision);
        loss = objective_(network_, batch_, 1).total;
      }
      const double lost = steady_seconds();
      loss.backward();
      const double back = steady_seconds();
      optimiser_.step(1e-5);
      const double end = steady_seconds();
      if (i > 0) {
        forward.push_back(lost - start);
        backward.push_back(back - lost);
        update.push_back(end - back);
        whole.push_back(end - start);
      }
    }
    add("training step", whole, step_gflop());
    add("- forward and losses", forward);
    add("- backward", backward);
    add("- clipping and AdamW", update);
  }

  /// One network alone, forward and backward, from inputs that need gradients where they would.
  void both_ways(const std::string& part, const std::function<at::Tensor()>& forward) {
    measure(part + ", forward and backward", [&] {
      at::Tensor y;
      {
        const AutocastScope scope(at::kCPU, options_.precision);
        y = forward();
      }
      y.backward(at::ones_like(y));
      optimiser_.forget_gradients();
    });
  }

  void parts() {
    const int64_t B = options_.clips;
    const int64_t T = options_.frames;
    const auto stream = [&](const char* name, auto& frontend, auto& encoder, const at::Tensor& in) {
      both_ways(
          std::string(name) + " front end", [&] { return frontend.forward(in, batch_.lengths); });
      if (encoder) {
        const at::Tensor x = at::randn({B, T, encoder->dim()}).requires_grad_();
        both_ways(
            std::string(name) + " encoder", [&] { return encoder->forward(x, batch_.lengths); });
      }
    };
    if (network_.has_video()) {
      stream("lips", *network_.frontend, network_.encoder, batch_.lips);
    }
    if (network_.has_audio()) {
      stream("sound", *network_.aux_frontend, network_.aux_encoder, batch_.wave);
    }
    if (network_.decoder && network_.encoder) {
      const at::Tensor memory = at::randn({B, T, network_.encoder->dim()}).requires_grad_();
      const at::Tensor tokens = at::ones({B, options_.labels + 1}, at::kLong);
      both_ways("decoder", [&] { return network_.decoder->forward(memory, {}, tokens); });
    }
  }

  /// Of linear layers and convolutions behind the front ends, by their weights: twice as many
  /// products back as forth. Convolutions of a published lip front end are counted by their
  /// pictures.
  double step_gflop() const {
    const auto rows = static_cast<double>(options_.clips * options_.frames);
    const auto tokens = static_cast<double>(options_.clips * (options_.labels + 1));
    double sum = 0;
    for (const auto& entry : network_.named_parameters()) {
      const std::string& name = entry.key();
      const at::Tensor& weight = entry.value();
      const auto starts = [&](const char* prefix) { return name.rfind(prefix, 0) == 0; };
      if (weight.dim() < 2 || starts("frontend.") || starts("aux_frontend.") ||
          name.find("embed.") != std::string::npos) {
        continue;
      }
      const bool of_tokens = (starts("decoder.") || starts("r_decoder.")) &&
                             name.find("src_attn.linear_k") == std::string::npos &&
                             name.find("src_attn.linear_v") == std::string::npos;
      double times = of_tokens ? tokens : rows;
      if (name.find("linear_pos") != std::string::npos) {
        times = static_cast<double>(2 * options_.frames - 1);
      }
      sum += 6e-9 * times * static_cast<double>(weight.numel());
    }
    if (!network_.has_video()) {
      return sum;
    }
    auto side = static_cast<double>((model_.card.model.input.size + 1) / 2);
    for (const auto& entry : network_.frontend->named_parameters()) {
      const std::string& name = entry.key();
      const at::Tensor& weight = entry.value();
      if (weight.dim() < 4) {
        continue;
      }
      const bool stem = name.rfind("frontend3D.", 0) == 0;
      if (name.find("layer") != std::string::npos) {
        const auto at = name.find("layer") + 5;
        const double stage = std::stod(name.substr(at, 1));
        double own = std::ceil(side / 2);
        for (double s = 1; s < stage; ++s) {
          own = std::ceil(own / 2);
        }
        sum += 6e-9 * rows * own * own * static_cast<double>(weight.numel());
      } else if (stem) {
        sum += 4e-9 * rows * side * side * static_cast<double>(weight.numel());
      }
    }
    return sum;
  }

  LoadedModel model_;
  TrainBenchOptions options_;
  AvsrModelImpl& network_;
  Objective objective_;
  Optimiser optimiser_;
  datasets::Batch batch_;
  TrainBenchReport report_;
};

const BenchRow& step_of(const TrainBenchReport& report) {
  return *std::find_if(report.rows.begin(), report.rows.end(), [](const BenchRow& row) {
    return row.part == "training step";
  });
}

}  // namespace

TrainBenchReport bench_training(LoadedModel model, const TrainBenchOptions& options) {
  return TrainBench(std::move(model), options).run();
}

std::string train_bench_text(const TrainBenchReport& report) {
  const auto& options = report.options;
  const double step = step_of(report).median_s;
  std::string text = format_text(
      "%s, %.0f M parameters, %s%s, %lld clips of %lld frames and %lld labels; median of %lld\n\n",
      report.model.c_str(),
      report.parameters / 1e6,
      name_of(options.precision).c_str(),
      options.checkpointing ? ", gradient checkpointing" : "",
      static_cast<long long>(options.clips),
      static_cast<long long>(options.frames),
      static_cast<long long>(options.labels),
      static_cast<long long>(options.repeats));
  text += bench_table(report.rows, report.peak_gflops, 42, 1);
  return text + format_text(
                    "\n%.2f clips/s, %.1f frames/s, resident memory %.0f MiB\n",
                    static_cast<double>(options.clips) / step,
                    static_cast<double>(options.clips * options.frames) / step,
                    report.resident_mib);
}

std::string train_bench_json(const TrainBenchReport& report) {
  const auto& options = report.options;
  const double step = step_of(report).median_s;
  const nlohmann::ordered_json all = {
      {"version", 1},
      {"model", report.model},
      {"parameters", report.parameters},
      {"precision", name_of(options.precision)},
      {"gradient_checkpointing", options.checkpointing},
      {"clips", options.clips},
      {"frames", options.frames},
      {"labels", options.labels},
      {"repeats", options.repeats},
      {"clips_per_s", static_cast<double>(options.clips) / step},
      {"frames_per_s", static_cast<double>(options.clips * options.frames) / step},
      {"peak_gflops", report.peak_gflops},
      {"share_of_peak", step_of(report).gflop / step / report.peak_gflops},
      {"resident_mib", report.resident_mib},
      {"machine", machine_json()},
      {"parts", bench_rows_json(report.rows)}};
  return all.dump(2) + "\n";
}

}  // namespace sotto::experiments
