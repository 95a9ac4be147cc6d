#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "datasets/inputs.h"
#include "datasets/text/tokenizer.h"

namespace sotto::experiments {

enum class Severity { kSerious, kLook, kNote, kFine };

/// One thing that was looked at.
struct Finding {
  Severity severity = Severity::kFine;
  std::string check;  ///< what was looked at
  std::string found;  ///< what is so, with its numbers
  std::string fix = "";
  std::vector<std::pair<std::string, double>> numbers = {};  ///< for programs
};
using Findings = std::vector<Finding>;

/// What of a model matters to a store.
struct DoctorModel {
  std::string name;
  std::shared_ptr<const datasets::Tokenizer> tokenizer;
  datasets::InputOptions inputs;
  bool lips = true;
  bool sound = true;
  double longest_s = 0;  ///< of its training; 0: not known
  std::string method = "beam";
  int64_t beam = 0;
  double ctc_weight = 0;
  double lm_weight = 0;
  double length_bonus = 0;
};

struct DoctorOptions {
  std::string store;
  int64_t clips = 200;  ///< opened at most, spread over the store; the manifest is read whole
  /// Called with what goes on: a title, how many steps it has and how many are done.
  std::function<void(const std::string& part, int64_t total, int64_t done)> progress;
};

struct DoctorReport {
  std::string store;
  std::string model;   ///< empty: none
  int64_t clips = 0;   ///< of the store
  int64_t opened = 0;  ///< looked into
  Findings findings;   ///< worst first

  bool serious() const;
};

/// Looks for what explains bad error rates of a model trained on or tried on a store: rates,
/// lengths, faces, texts and tokens, grey values, where the mouth is, sound against lips, damaged
/// shards.
/// @param model  may be null.
/// @throws DataError if the store cannot be opened at all.
DoctorReport examine_store(const DoctorOptions& options, const DoctorModel* model = nullptr);

/// For people, at 80 columns.
std::string doctor_text(const DoctorReport& report);
std::string doctor_json(const DoctorReport& report);

}  // namespace sotto::experiments
