#pragma once

#include <string>
#include <vector>

#include "common/svg_plot.h"
#include "experiments/report/run_data.h"

namespace sotto::experiments {

/// A curve of at most `most` points: means of equal runs of neighbours.
Curve thinned(const Curve& curve, size_t most);
/// A running mean over `reach` points to both sides, fewer at the ends.
Curve smoothed(const Curve& curve, size_t reach);

/// The figures of a run's curves, HTML: errors by epoch and modality with the best marked, losses
/// by step, learning rate, gradient norm, speed. Empty for what was not logged.
std::string error_figures(const RunData& run);
std::string training_figures(const RunData& run);

/// "word errors" for wer, "%" for shares; how a value of a measure is told.
std::string measure_title(const std::string& measure);
std::string measure_text(const std::string& measure, double value);
/// A value on the axis of a measure: shares in percent.
double measure_scaled(const std::string& measure, double value);
std::string measure_axis(const std::string& measure);
/// "lips" for v, "sound" for a, "both" for av.
std::string modality_title(const std::string& modality);
/// The colour of a modality's curves.
size_t modality_colour(const std::string& modality);

/// Epochs and steps are whole numbers: a few of them are told one by one.
void set_whole_ticks(const std::vector<PlotLine>& lines, PlotOptions& options);

/// A figure of a page: a caption, a remark beside it, what is shown.
std::string figure(const std::string& title, const std::string& remark, const std::string& picture);

}  // namespace sotto::experiments
