#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sotto::experiments {

/// One of the code bases whose checkpoints sotto reads and writes, and how its names of parameters
/// and of stages differ from sotto's. The table is used in both directions.
struct Family {
  std::string name;   ///< as model files say it
  std::string title;  ///< for people
  /// Prefixes here and there; the first that fits is taken.
  std::vector<std::pair<std::string, std::string>> prefixes;
  /// Parts anywhere in a name, here and there.
  std::vector<std::pair<std::string, std::string>> parts;
  /// Whether other names than the listed prefixes are left alone.
  bool others_ignored = false;

  /// The name here of one of theirs; nothing if the family's code does not need that entry: position
  /// tables, which are computed.
  std::optional<std::string> ours(const std::string& theirs) const;
  std::string theirs(const std::string& ours) const;
  /// Their name of a stage (common/stages.h).
  std::string stage(const std::string& ours) const;
};

/// The family of a model file's `family`, or sotto's own, whose names are auto_avsr's.
/// @param sound_alone  the model hears and sees nothing: its only encoder has the plain name.
Family family_named(const std::string& name, bool sound_alone);

/// The family for a model without a reversed decoder: WeNet's code of one direction has no sides.
Family of_one_decoder(Family family);

/// The family that a checkpoint's names speak of; nothing if they are none of any.
/// @param config  "model" where VSR-ML's model.json lies beside it, "backbone" for CNVSRC's
///                backbone.json; "": neither
std::optional<Family> recognise_family(
    const std::vector<std::string>& names, const std::string& config);

/// Position tables, which some code bases save: `*.pe`.
bool is_position_table(const std::string& name);

}  // namespace sotto::experiments
