#pragma once

#include "datasets/store.h"
#include "experiments/doctor.h"

/// The parts of examine_store. Each adds its findings.
namespace sotto::experiments {

struct ClipMeasures;

using Manifest = std::vector<datasets::ManifestEntry>;

/// Frame rates of the sources.
void check_rates(const Manifest& manifest, Findings& findings);
/// Clips without lips or sound, against what a model takes.
void check_streams(const Manifest& manifest, const DoctorModel* model, Findings& findings);
/// How well faces were seen.
void check_faces(const Manifest& manifest, Findings& findings);
/// Clips too long, too short, or too short for their text.
void check_lengths(const Manifest& manifest, const DoctorModel* model, Findings& findings);
/// What preparing noted and skipped.
void check_preparation(const datasets::Store& store, Findings& findings);

/// Empty texts, case, characters that are no speech.
void check_texts(const Manifest& manifest, const DoctorModel* model, Findings& findings);
/// Whether a model's vocabulary can write the texts.
void check_tokens(const Manifest& manifest, const DoctorModel& model, Findings& findings);
/// How a model searches.
void check_decoding(const DoctorModel& model, Findings& findings);

/// Grey values, where the pictures move, what stands still or is silent.
void check_pictures(
    const std::vector<ClipMeasures>& clips, const DoctorModel* model, Findings& findings);
/// Sound against lips.
void check_sync(const std::vector<ClipMeasures>& clips, Findings& findings);

/// Clips with the same text, talker and length, opened to see whether they are the same.
void check_duplicates(const datasets::Store& store, Findings& findings);
/// Checksums of a packed store, and whether its shards and its manifest say the same.
void check_shards(const datasets::Store& store, const DoctorOptions& options, Findings& findings);

/// "12 of 340 clips (3.5 %)"
std::string share_text(int64_t count, int64_t total, const std::string& unit = "clips");
/// count / total, 0 of nothing.
double share_of(int64_t count, int64_t total);
/// A few of the ids: "a, b, c and 5 more".
std::string some_of(const std::vector<std::string>& ids);

}  // namespace sotto::experiments
