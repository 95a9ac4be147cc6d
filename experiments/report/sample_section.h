#pragma once

#include <string>
#include <vector>

#include "experiments/report/sample_clip.h"

namespace sotto::experiments {

/// What the network made of a clip as one SVG picture on one scale of time: its lips, where it
/// looked on them, CTC's tokens along the frames, what the decoder listened to at each token.
std::string sample_sheet(const SampleClip& clip);

/// The section of a report with all of them; empty without clips.
std::string sample_section(const std::vector<SampleClip>& clips);

/// RGB: lips in grey under heat from violet to yellow, which hides nothing where there is none.
std::vector<uint8_t> heat_over(const GreyPicture& lips, const GreyPicture& heat);

}  // namespace sotto::experiments
