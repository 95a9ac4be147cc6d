#include <cmath>

#include "common/format_text.h"
#include "experiments/doctor_checks.h"
#include "experiments/doctor_clips.h"

namespace sotto::experiments {
namespace {

constexpr double kPublishedMean = 0.421;
constexpr double kPublishedDeviation = 0.165;

Finding grey_finding(const std::vector<ClipMeasures>& clips, const DoctorModel* model) {
  double mean = 0;
  double square = 0;
  double clipped = 0;
  double n = 0;
  for (const ClipMeasures& clip : clips) {
    if (clip.lips) {
      mean += clip.grey_mean;
      square += clip.grey_square;
      clipped += clip.clipped;
      ++n;
    }
  }
  mean /= n;
  clipped /= n;
  const double deviation = std::sqrt(std::max(0.0, square / n - mean * mean));
  const double wanted_mean = model != nullptr ? model->inputs.mean : kPublishedMean;
  const double wanted_deviation = model != nullptr ? model->inputs.deviation : kPublishedDeviation;
  const double off = std::abs(mean - wanted_mean) / wanted_deviation;
  const double ratio = deviation / wanted_deviation;
  Finding finding{Severity::kFine, "grey values", ""};
  finding.numbers = {{"mean", mean}, {"deviation", deviation}, {"share_clipped", clipped}};
  finding.found = format_text(
      "lips have mean %.3f and deviation %.3f; %s %.3f and %.3f",
      mean,
      deviation,
      model != nullptr ? "the model takes off" : "the published recognisers expect about",
      wanted_mean,
      wanted_deviation);
  if (off > 1 || ratio > 3 || ratio < 0.25) {
    finding.severity = model != nullptr ? Severity::kSerious : Severity::kLook;
  } else if (off > 0.5 || ratio > 2 || ratio < 0.5) {
    finding.severity = model != nullptr ? Severity::kLook : Severity::kNote;
  }
  if (finding.severity != Severity::kFine) {
    finding.fix = format_text(
        "train with model.input.mean=%.3f model.input.deviation=%.3f%s",
        mean,
        deviation,
        model != nullptr ? ", or bring the clips to the light of the model's" : "");
  }
  if (clipped > 0.1) {
    finding.severity = Severity::kSerious;
    finding.found +=
        format_text("; %.0f %% of the values are black or white altogether", 100 * clipped);
    finding.fix =
        "the pictures are over- or underexposed, or were scaled wrongly: look at some clips";
  }
  return finding;
}

Finding centre_finding(const std::vector<ClipMeasures>& clips) {
  double x = 0;
  double y = 0;
  double border = 0;
  double n = 0;
  for (const ClipMeasures& clip : clips) {
    if (clip.lips && clip.motion > 0) {
      x += clip.motion_x;
      y += clip.motion_y;
      border += clip.border_motion;
      ++n;
    }
  }
  Finding finding{Severity::kFine, "mouth centring", ""};
  if (n == 0) {
    finding.severity = Severity::kNote;
    finding.found = "nothing moves in the clips that were opened";
    return finding;
  }
  x /= n;
  y /= n;
  border /= n;
  finding.numbers = {{"motion_x", x}, {"motion_y", y}, {"border_motion", border}};
  finding.found = format_text(
      "what moves lies %.1f pixels %s and %.1f %s of the crop's centre, and the border moves %.2f "
      "times "
      "as much as the middle (measured from differences of pictures, not from landmarks; a mouth's "
      "own "
      "motion lies a few pixels below)",
      std::abs(x),
      x < 0 ? "left" : "right",
      std::abs(y),
      y < 0 ? "above" : "below",
      border);
  const double distance = std::hypot(x, y - 4);
  if (distance > 20 || border > 1.3) {
    finding.severity = Severity::kSerious;
  } else if (distance > 12 || border > 0.9) {
    finding.severity = Severity::kLook;
  }
  if (finding.severity != Severity::kFine) {
    finding.fix =
        "look at some clips: the crop may be off the mouth, or jump with bad landmarks; "
        "prepare again from the source videos";
  }
  return finding;
}

}  // namespace

void check_pictures(
    const std::vector<ClipMeasures>& clips, const DoctorModel* model, Findings& findings) {
  std::vector<std::string> still;
  std::vector<std::string> silent;
  int64_t lips = 0;
  int64_t sound = 0;
  for (const ClipMeasures& clip : clips) {
    lips += clip.lips ? 1 : 0;
    sound += clip.sound ? 1 : 0;
    if (clip.lips && clip.motion < 0.05) {
      still.push_back(clip.id);
    }
    if (clip.sound && clip.loudness < 1e-4) {
      silent.push_back(clip.id);
    }
  }
  if (lips > 0) {
    findings.push_back(grey_finding(clips, model));
    findings.push_back(centre_finding(clips));
  }
  const auto add = [&](const std::vector<std::string>& ids,
                       int64_t total,
                       const char* check,
                       const char* what,
                       const char* fix) {
    const auto count = static_cast<int64_t>(ids.size());
    if (count > 0) {
      const double share = share_of(count, total);
      findings.push_back(
          {share > 0.05 ? Severity::kSerious : Severity::kLook,
           check,
           share_text(count, total, "opened clips") + " " + what + ": " + some_of(ids),
           fix,
           {{"share", share}}});
    }
  };
  add(still, lips, "still pictures", "show one picture all the time", "leave them out (--list)");
  add(silent,
      sound,
      "silence",
      "have no sound in their sound track",
      "leave them out (--list), or prepare them without sound");
}

}  // namespace sotto::experiments
