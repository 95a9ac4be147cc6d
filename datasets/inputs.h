#pragma once

#include <string>
#include <vector>

#include "common/options.h"
#include "datasets/crop_list.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// How stored lips and sound become a network's input. Part of a model: training and
/// transcription must agree. Defaults are those of the published recognisers.
struct InputOptions : Options {
  std::string crop = "lips";
  bool colour = false;
  int64_t window = 88;
  int64_t size = 88;
  double mean = 0.421;
  double deviation = 0.165;

  void visit(OptionVisitor& v) override;
  void validate() const override;

  /// Values of a pixel: 1, or 3 in colour.
  int64_t channels() const { return colour ? 3 : 1; }
  /// What is cut from a media file: lips, by which pauses are found, and last the crop that is
  /// read.
  /// @throws ConfigError for a crop that is no NAME:SIDE[:PIXELS].
  std::vector<NamedCrop> crops() const { return crop_list({crop}, colour); }
};

/// The pictures that a network reads; null for an utterance without video.
///
/// @param where  what the utterance is called in messages.
/// @throws DataError for an utterance with other crops, naming them and how to make the right one.
const Crop* crop_to_read(
    const Utterance& utterance, const InputOptions& options, const std::string& where);

}  // namespace sotto::datasets
