#include <cstdio>
#include <exception>
#include <string>

#include "datasets/media_utterance.h"

namespace {

/// Resident memory in MiB.
double resident() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long pages = 0;
  long resident_pages = 0;
  if (file != nullptr) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident_pages) != 2) {
      resident_pages = 0;
    }
    std::fclose(file);
  }
  return static_cast<double>(resident_pages) * 4096 / (1 << 20);
}

}  // namespace

/// read_media FILE...: reads media files, damaged ones too, as `sotto prepare` does; a line for each,
/// and at the end how memory grew from the first tenth of them on.
int main(int argc, char** argv) {
  sotto::datasets::UtteranceOptions options;
  options.most_work_s = 30;
  int read = 0;
  double early = 0;
  for (int i = 1; i < argc; ++i) {
    try {
      const auto utterance = sotto::datasets::read_media_utterance(argv[i], options);
      ++read;
      std::printf(
          "%s: %lld frames%s\n",
          argv[i],
          static_cast<long long>(sotto::datasets::frame_count(utterance)),
          utterance.warnings.empty() ? "" : (", " + utterance.warnings.front()).c_str());
    } catch (const std::exception& failure) {
      std::printf("%s\n", failure.what());
    }
    std::fflush(stdout);
    if (i == argc / 10 + 1) {
      early = resident();
    }
  }
  std::printf(
      "%d of %d files gave an utterance, the others a reason; %.0f MiB resident after a tenth, %.0f "
      "at the end\n",
      read,
      argc - 1,
      early,
      resident());
  return 0;
}
