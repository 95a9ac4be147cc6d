#include "tools/core.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>

#include <dlfcn.h>

#include "common/processor.h"
#include "datasets/faces/face_library.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

namespace fs = std::filesystem;

/// Opens `path` for all libraries loaded after it; null where there is none.
void* open_globally(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) ? ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) : nullptr;
}

/// The kernels that OpenBLAS should be told to take where it does not know the processor and has
/// fallen back to those of 2004 (0.3.21 on Intel's of 2023: a third of the speed, and less). Null
/// where it knows better, or the user has spoken.
const char* kernels_for_unknown_processor(void* openblas) {
  using Text = char* (*)();
  const auto core = reinterpret_cast<Text>(::dlsym(openblas, "openblas_get_corename"));
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr || core == nullptr ||
      std::string(core()) != "Prescott") {
    return nullptr;
  }
  return processor_has_v4() ? "SkylakeX" : processor_has_v3() ? "Haswell" : nullptr;
}

/// OpenBLAS comes in flavours and the system's choice may be the one with its own threads, which
/// nobody can limit. A library that is loaded already is the one that later libraries of the same
/// SONAME resolve to.
void prefer_openmp_blas() {
  const fs::path folder = SOTTO_OPENBLAS_DIR;
  if (void* openblas = open_globally(folder / "libopenblas.so.0")) {
    if (const char* kernels = kernels_for_unknown_processor(openblas)) {
      // Read when the library is loaded, which takes 4 ms.
      ::setenv("OPENBLAS_CORETYPE", kernels, 0);
      ::dlclose(openblas);
      open_globally(folder / "libopenblas.so.0");
    }
  }
  open_globally(folder / "libblas.so.3");
  open_globally(folder / "liblapack.so.3");
}

void warn_of_another_blas() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t start = line.find('/');
    if (start == std::string::npos) {
      continue;
    }
    const fs::path path = line.substr(start);
    if (path.filename().string().rfind("libblas.so", 0) == 0 &&
        path.parent_path() != SOTTO_OPENBLAS_DIR) {
      std::cerr << "sotto: warning: computing with " << path.string()
                << ", which may be slow; better: apt-get install libopenblas0-openmp\n";
      return;
    }
  }
}

/// Turns of libgomp's waiting loop in 20 microseconds: longer than falling asleep and being woken,
/// and far shorter than a turn of the scheduler. By processor a turn takes 40 to 140 cycles.
int64_t spins() {
  using Clock = std::chrono::steady_clock;
  constexpr int64_t kTurns = 1000;
  Clock::duration least = std::chrono::seconds(1);
  for (int trial = 0; trial < 3; ++trial) {  // the least: none may be interrupted
    const auto start = Clock::now();
    for (int64_t i = 0; i < kTurns; ++i) {
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#else
      __asm__ volatile("" ::: "memory");
#endif
    }
    least = std::min(least, Clock::now() - start);
  }
  const double turn_us = std::chrono::duration<double, std::micro>(least).count() / kTurns;
  return std::clamp<int64_t>(static_cast<int64_t>(20 / std::max(turn_us, 1e-3)), 100, 20'000);
}

void* load_core(bool faces) {
  // Threads that wait by spinning make one another slow on a busy machine. Read by libgomp when it
  // is loaded.
  ::setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  ::setenv("GOMP_SPINCOUNT", std::to_string(spins()).c_str(), 0);
  prefer_openmp_blas();
  if (faces) {
    datasets::preload_face_models();
  }
  const fs::path program = program_folder();
  for (const fs::path& folder : {program, program / ".." / "lib" / "sotto"}) {
    const fs::path path = folder / "libsotto_core.so";
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
      continue;
    }
    void* core = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (core == nullptr) {
      std::cerr << "sotto: " << ::dlerror() << "\n";
    }
    return core;
  }
  std::cerr << "sotto: libsotto_core.so: not found beside the program or in ../lib/sotto\n";
  return nullptr;
}

}  // namespace

std::string program_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

int run_in_core(const std::string& command, const void* request, bool faces) {
  void* core = load_core(faces);
  if (core == nullptr) {
    return kInternal;
  }
  warn_of_another_blas();
  using Entry = int (*)(const void*);
  const auto entry = reinterpret_cast<Entry>(::dlsym(core, ("sotto_run_" + command).c_str()));
  if (entry == nullptr) {
    std::cerr << "sotto: " << command
              << ": this sotto was built without media (SOTTO_MEDIA=OFF); do it where sotto has them, "
                 "and bring the store over by sotto pack\n";
    return kUsage;
  }
  return entry(request);
}

}  // namespace sotto::tools
