#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

#include <unistd.h>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/evaluate.h"
#include "experiments/transcript_output.h"
#include "tools/run.h"
#include "tools/search_of.h"

namespace sotto::tools {

/// A remark, at once, on standard error.
inline void say(const std::string& line) {
  std::cerr << line << std::endl;
}

inline const std::string& name_of(const std::string& path) {
  return path;
}
inline const std::string& name_of(const datasets::ManifestEntry* entry) {
  return entry->id;
}

/// Works on each clip; one that fails is named, and the others are done. Several clips have a bar,
/// unless their transcripts come to the same terminal.
/// @param work  (clip, output, remark): adds the clip's transcripts to the output
/// @return the command's exit code
template <class Clips, class Work>
int for_each_clip(const ClipsRequest& request, const Clips& clips, const Work& work) {
  experiments::TranscriptOutput output(request.format, request.out, clips.size());
  std::optional<Progress> progress;
  if (clips.size() > 1 && (!request.out.empty() || ::isatty(STDOUT_FILENO) == 0)) {
    progress.emplace("clips", static_cast<int64_t>(clips.size()), "clips");
  }
  const auto remark = [&](const std::string& line) {
    progress ? progress->print(line) : say(line);
  };
  int code = kDone;
  try {
    for (const auto& clip : clips) {
      throw_if_interrupted("the clips before are done");
      try {
        work(clip, output, remark);
      } catch (const ConfigError&) {
        throw;
      } catch (const Interrupted&) {
        throw;
      } catch (const Error& fault) {
        remark(fault.what());
        code = std::max<int>(code, kInputFailed);
      } catch (const std::exception& fault) {
        remark(name_of(clip) + ": " + internal_error(fault));
        code = kInternal;
      }
      if (progress) {
        progress->advance();
      }
    }
  } catch (const ConfigError&) {
    throw;
  } catch (...) {
    output.finish();  // with the clips that are done
    throw;
  }
  output.finish();
  return code;
}

/// The conditions that a store's clips are tried in.
inline experiments::EvaluateOptions conditions_of(
    const StoreRequest& request, const experiments::ModelCard& card) {
  experiments::EvaluateOptions options;
  options.store = request.store;
  options.list = request.list;
  for (const std::string& modality : request.modalities) {
    options.modalities.push_back(experiments::Modality::parse(modality));
  }
  options.snr_db = request.snr_db;
  options.noise_file = request.noise;
  options.noise_list = request.noise_list;
  options.seed = static_cast<uint64_t>(request.seed);
  options.search = search_of(request.search, card.decode);
  return options;
}

}  // namespace sotto::tools
