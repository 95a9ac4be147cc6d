#include <cstdio>
#include <iostream>

#include "common/error.h"
#include "common/interrupt.h"
#include "datasets/synth/synth.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

void read_size(const std::string& size, datasets::SynthOptions& options) {
  int width = 0;
  int height = 0;
  char more = 0;
  if (std::sscanf(size.c_str(), "%5dx%5d%c", &width, &height, &more) != 2 || width <= 0 ||
      height <= 0 || width > 1920 || height > 1920) {
    throw ConfigError(
        "synth: --size: expected WIDTHxHEIGHT of at most 1920 pixels, got '" + size + "'");
  }
  options.width = width;
  options.height = height;
}

int synth(const SynthRequest& request) {
  datasets::SynthOptions options;
  options.out = request.out;
  options.layout = request.layout;
  options.clips = request.clips;
  options.talkers = request.talkers;
  options.language = request.language;
  options.sentences = request.sentences;
  options.seed = request.seed;
  if (!request.size.empty()) {
    read_size(request.size, options);
  }
  options.fps = request.fps.value_or(options.fps);
  options.seconds = request.seconds.value_or(options.seconds);
  options.odd = request.odd;
  options.jobs = request.jobs > 0 ? request.jobs : usable_cores();
  catch_interrupts();
  const datasets::SynthReport report = datasets::synthesise(options, datasets::synth_progress());
  std::cout << datasets::to_text(report) << "\n";
  return report.failed > 0 ? kInputFailed : kDone;
}

}  // namespace
}  // namespace sotto::tools

extern "C" int sotto_run_synth(const sotto::tools::SynthRequest* request) {
  return sotto::tools::run(*request, [&] { return sotto::tools::synth(*request); });
}
